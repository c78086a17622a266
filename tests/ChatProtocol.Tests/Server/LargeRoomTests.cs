using System.Globalization;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Rooms whose past is long. <c>CHAT_LARGE_ROOM=10000000</c> measures one of that many entries.</summary>
public sealed class LargeRoomTests
{
    private const int Pages = 400;
    private const int PageEntries = 50;
    private const int LongPageEntries = 100;

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("CHAT_LARGE_ROOM");

    private static ulong Entries => Wanted is null ? 200_000 : ulong.Parse(Wanted, CultureInfo.InvariantCulture);

    /// <summary>Long pages are read for the figures, of which nothing is asserted: many only where somebody wants them.</summary>
    private static int LongPages => Wanted is null ? 50 : 2000;

    [Theory(Timeout = 900_000)]
    [InlineData(1)]
    [InlineData(500)]
    public async Task A_long_room_pages_as_fast_as_a_short_one_and_is_there_at_once_after_a_restart(int perCommit)
    {
        var (littleStart, little) = await MeasureAsync(1000, perCommit);
        var (muchStart, much) = await MeasureAsync(Entries, perCommit);

        Assert.InRange(muchStart.TotalMilliseconds, 0, 5 * littleStart.TotalMilliseconds + 250);
        Assert.All(much.Zip(little), pair => Assert.InRange(pair.First.TotalMilliseconds, 0, 5 * pair.Second.TotalMilliseconds + 5));
    }

    [Spec("CP-HIS-006")]
    [Fact]
    public void A_time_is_found_wherever_it_lies_in_a_segment()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(4);
        var times = new List<ulong>();
        using (var log = DatabaseOpener.Open(folder.File("chat.db")).Writer)
        {
            var batch = new LogBatch();
            batch.Rooms.Add(new RoomRecord(2, RoomKind.Public, "tea", HubBench.Epoch, 1, 100, 0));
            var open = new OpenSegment(2);
            for (var seq = 1ul; seq <= 300; seq++)
            {
                times.Add(times.LastOrDefault(1000ul) + (ulong)random.Next(4));
                open.Add(seq, times[^1], new Principal(100, new UserName("ann"), new byte[32], Role.Guest), $"{seq}", null, batch.Segments);
                if (random.Next(5) == 0 || seq == 300)
                    batch.Segments.Add(open.Seal());
            }
            log.Write(batch);
        }

        using var reader = EntryReader.Open(folder.File("chat.db"));
        for (var time = 998ul; time <= times[^1] + 2; time++)
            foreach (var (low, high) in ((ulong, ulong)[])[(1, 300), (17, 230), (230, 231)])
            {
                var found = reader.Find(new EntryQuery(2, new SeqRange(low, high)) { Since = time, Until = time + 3 }).Range;
                var inside = Enumerable.Range((int)low, (int)(high - low + 1)).Where(seq => times[seq - 1] >= time && times[seq - 1] < time + 3).ToList();
                Assert.Equal(inside.Count, (int)(found.Last + 1 - found.First));
                if (inside.Count > 0)
                    Assert.Equal((ulong)inside[0], found.First);
            }
    }

    /// <summary>How long the start takes, and the medians of pages up and down, by seq and by time.</summary>
    private static async Task<(TimeSpan Start, IReadOnlyList<TimeSpan> Pages)> MeasureAsync(ulong entries, int perCommit)
    {
        using var folder = new TemporaryFolder();
        LargeRoom.Fill(folder.File("chat.db"), "tea", entries, perCommit);
        var began = TimeProvider.System.GetTimestamp();
        await using var server = await TestServer.StartAsync(folder: folder);
        server.Log.Expect("the clock shows a time more than a year later than the newest message");
        var start = TimeProvider.System.GetElapsedTime(began);
        var client = await server.LogInAsync("bob");
        var room = (await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: false))).Room;
        var random = new Random(7);
        ulong Anywhere(int page) => (ulong)random.NextInt64(page + 1, (long)entries - page);
        Func<ulong, History>[] kinds =
        [
            seq => new History(client.NextId(), room, PageEntries, seq, null),
            seq => new History(client.NextId(), room, PageEntries, null, seq),
            seq => new History(client.NextId(), room, PageEntries, null, null, Since: LargeRoom.TimeOf(seq)),
            seq => new History(client.NextId(), room, PageEntries, null, null, Until: LargeRoom.TimeOf(seq)),
        ];
        var medians = new List<TimeSpan>();
        foreach (var kind in kinds)
            medians.Add((await TimeAsync(client, Pages, () => kind(Anywhere(PageEntries))))[Pages / 2]);
        Tell($"{entries} entries, {perCommit} a commit, {new FileInfo(server.Database).Length >> 20} MiB: start {start.TotalMilliseconds:0} ms; a page before, after, since, until: "
            + string.Join(", ", medians.Select(m => $"{m.TotalMilliseconds:0.000} ms")));

        (string Where, Func<History> Ask)[] places =
        [
            ("at the head", () => new History(client.NextId(), room, LongPageEntries, null, null)),
            ("at the beginning", () => new History(client.NextId(), room, LongPageEntries, null, 0)),
            ("before any", () => new History(client.NextId(), room, LongPageEntries, Anywhere(LongPageEntries), null)),
            ("after any", () => new History(client.NextId(), room, LongPageEntries, null, Anywhere(LongPageEntries))),
        ];
        foreach (var (where, ask) in places)
        {
            var spans = await TimeAsync(client, LongPages, ask);
            Tell($"  {LongPages} pages of {LongPageEntries} {where}: median {spans[LongPages / 2].TotalMilliseconds:0.000} ms, "
                + $"p99 {spans[LongPages * 99 / 100].TotalMilliseconds:0.000} ms, max {spans[^1].TotalMilliseconds:0.000} ms");
        }
        return (start, medians);
    }

    /// <summary>How long each page takes, from its request to its last entry; the shortest first.</summary>
    private static async Task<List<TimeSpan>> TimeAsync(RawClient client, int pages, Func<History> ask)
    {
        var spans = new List<TimeSpan>();
        for (var i = 0; i < pages; i++)
        {
            var wanted = ask();
            var asked = TimeProvider.System.GetTimestamp();
            var page = await client.AskAsync<Page>(wanted);
            Assert.Equal(wanted.Count, (await client.ReceiveAsync<Message>(page.Count)).Count);
            spans.Add(TimeProvider.System.GetElapsedTime(asked));
        }
        spans.Sort();
        return spans;
    }

    private static void Tell(string figures) => TestContext.Current.TestOutputHelper?.WriteLine(figures);
}
