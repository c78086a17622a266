namespace ChatProtocol.Hub;

/// <summary>A principal's use of its bounds.</summary>
internal sealed class PrincipalUsage
{
    public TokenBucket Renames;
    public TokenBucket Correspondents;
    public TokenBucket Blocks;
    public TokenBucket RoomChanges;
    public TokenBucket Reports;
    public TokenBucket Amendments;
    public TokenBucket Posts;
    public TokenBucket PostBytes;

    /// <summary>Whether forgetting the use would change nothing.</summary>
    public bool IsAsNew(GuestBounds bounds, long now) => Renames.IsFull(bounds.Renames, now) && Correspondents.IsFull(bounds.Correspondents, now)
        && Blocks.IsFull(bounds.Blocks, now) && RoomChanges.IsFull(bounds.RoomChanges, now) && Reports.IsFull(bounds.Reports, now) && Amendments.IsFull(bounds.Amendments, now)
        && Posts.IsFull(bounds.Posts, now) && PostBytes.IsFull(bounds.PostBytes, now);
}
