namespace ChatProtocol.Client;

/// <summary>A post; it gets its counter when it is sent, and a new one if it is sent again because one before it was refused.</summary>
internal sealed class PostCall(RoomState room, Text text) : Call<PostReceipt>
{
    public RoomIdentity Room => room.Identity;

    public Text Text => text;

    /// <summary>The call's place among all posts, which is also the order they are stored in.</summary>
    public ulong Order { get; set; }

    public ulong Counter { get; set; }

    /// <summary>Whether the post was sent on an earlier connection, or in an earlier run, and not answered.</summary>
    public bool MayBeStored { get; set; }

    public override Request ToFrame(ulong id) => new Post(id, room.Id, text, Counter);

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Posted posted)
            return false;
        if (posted.Seq is { } seq)
            room.SawHead(seq);
        Succeed(PostReceipt.Of(posted, room.Id, room.Identity.Epoch));
        return true;
    }
}
