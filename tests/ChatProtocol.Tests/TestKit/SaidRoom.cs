using ChatProtocol.Hub;

namespace ChatProtocol.Tests;

/// <summary>Entries of a room among which many change others, and are not said.</summary>
internal static class SaidRoom
{
    public const ulong Room = 2;

    /// <summary>The time of an entry.</summary>
    public static ulong TimeOf(ulong seq) => (ulong)HubBench.Begin - 10_000_000 + seq;

    /// <summary>A batch with the room and its first entries.</summary>
    /// <param name="isSaid">For each entry whether it is said.</param>
    /// <param name="perSegment">How many entries a segment has.</param>
    public static LogBatch Batch(IReadOnlyList<bool> isSaid, int perSegment)
    {
        var batch = new LogBatch();
        var ann = new Principal(100, new UserName("ann"), new byte[32], Role.Guest);
        batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(100, "ann", new byte[32], 0, true)));
        batch.Rooms.Add(new RoomRecord(Room, RoomKind.Public, "tea", HubBench.Epoch, 1, 100, 0));
        var open = new OpenSegment(Room);
        var unsaid = 0ul;
        for (var seq = 1ul; seq <= (ulong)isSaid.Count; seq++)
        {
            if (isSaid[(int)seq - 1])
                open.Add(seq, TimeOf(seq), ann, $"message {seq}", null, batch.Segments, unsaid);
            else
                open.Add(seq, TimeOf(seq), FrameCodec.Encode(new PurgedEntries(Room, seq, TimeOf(seq), 100, "ann", 100, 1, 1)), batch.Segments, ++unsaid);
            if (seq % (ulong)perSegment == 0 || seq == (ulong)isSaid.Count)
                batch.Segments.Add(open.Seal());
        }
        return batch;
    }

    /// <summary>Said entries, with so many that are not between each two.</summary>
    public static bool[] Between(int said, int unsaid) => [.. Enumerable.Range(0, said * (unsaid + 1)).Select(i => i % (unsaid + 1) == 0)];
}
