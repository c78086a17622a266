using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The findings of a verification about one room so far.</summary>
/// <param name="Last">The last seq of its last whole segment; 0 before there is one.</param>
/// <param name="Damaged">How many of its segments are damaged.</param>
/// <param name="Holes">The last seq of each run that is missing between two whole segments.</param>
internal readonly record struct RoomCheck(ulong Last, int Damaged, List<ulong>? Holes)
{
    public RoomCheck With(Segment segment)
    {
        var holes = Holes;
        if (Last > 0 && segment.First > Last + 1)
            (holes ??= []).Add(segment.First - 1);
        return new RoomCheck(Math.Max(Last, segment.Last), Damaged, holes);
    }

    /// <summary>How many runs are missing that no damaged segment accounts for, without those that have expired.</summary>
    public int MissingFrom(ulong oldest) => Math.Max(0, (Holes?.Count(last => last >= oldest) ?? 0) - Damaged);
}
