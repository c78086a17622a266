using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Tests;

/// <summary>Fills a room's log as a server would have over the years, without the years.</summary>
internal static class LargeRoom
{
    public const ulong Begin = 1_600_000_000_000;

    private const ulong Room = 2;
    private const int SegmentsPerCommit = 1000;

    /// <summary>One entry a second, so that each has a time of its own.</summary>
    public static ulong TimeOf(ulong seq) => Begin + seq * 1000;

    /// <param name="database">A file that is not there yet.</param>
    /// <param name="name">The room's name.</param>
    /// <param name="entries">How many entries it gets.</param>
    /// <param name="perCommit">How many are said in one commit: one in a quiet room.</param>
    public static void Fill(string database, string name, ulong entries, int perCommit)
    {
        using var log = DatabaseOpener.Open(database).Writer;
        log.Load();
        var speaker = new Principal(100, new UserName("ann"), new byte[32], Role.Guest);
        var open = new OpenSegment(Room);
        var batch = new LogBatch();
        batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(100, "ann", new byte[32], 0, true)));
        batch.Rooms.Add(new RoomRecord(Room, RoomKind.Public, name, HubBench.Epoch, 1, 100, 0));
        for (var seq = 1ul; seq <= entries; seq++)
        {
            open.Add(seq, TimeOf(seq), speaker, $"message number {seq}, about as long as what people say to each other in a chat", null, batch.Segments);
            if (seq % (ulong)perCommit == 0 || seq == entries)
                batch.Segments.Add(open.Seal());
            if (batch.Segments.Count < SegmentsPerCommit && seq < entries)
                continue;
            log.Write(batch);
            log.CheckpointIfLarge();
            batch = new LogBatch();
        }
    }
}
