using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Where entries are counted, those count that are said, however many others stand between them.</summary>
public sealed class SaidCountTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("chat.db");

    public void Dispose() => _folder.Dispose();

    [Spec("CP-MSG-016")]
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public void Ten_thousand_changes_push_no_word_out_of_the_log(int perSegment)
    {
        Store(SaidRoom.Between(said: 5, unsaid: 2000), perSegment);
        // Five words, at 1, 2002, 4003, 6004 and 8005, each with 2,000 changes behind it.
        Assert.Equal(0ul, FindExpired(5));
        Assert.InRange(FindExpired(4), 1ul, 2001ul);
        Assert.InRange(FindExpired(1), 6004ul, 8004ul);
        Assert.True(FindExpired(1) - FindExpired(2) > 2001 - 2 * (ulong)perSegment);
    }

    [Spec("CP-MSG-016")]
    [Fact]
    public void What_is_counted_is_the_same_whatever_the_segments()
    {
        var random = new Random(12);
        var isSaid = Enumerable.Range(0, 400).Select(_ => random.Next(3) == 0).ToList();
        Store(isSaid, perSegment: 1);
        for (var count = 0ul; count <= 150; count += 3)
        {
            // By whole segments, but for the newest: here each is of one entry.
            var through = (ulong)isSaid.Count - 1;
            while (through > 0 && (ulong)isSaid.Skip((int)through).Count(one => one) < count)
                through--;
            Assert.Equal(through, FindExpired(count));
        }
    }

    [Spec("CP-MSG-016")]
    [Fact]
    public void Segments_from_before_there_was_a_count_are_all_said()
    {
        Store(SaidRoom.Between(said: 100, unsaid: 0), perSegment: 10);
        Assert.Equal(0L, Ask("SELECT count(*) FROM segment WHERE said IS NOT NULL"));
        Assert.Equal(90ul, FindExpired(10));
    }

    [Spec("CP-MSG-016", "CP-HIS-001")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reading_ends_with_the_segment_that_has_the_last_of_the_said_entries(bool fromHigh)
    {
        Store(SaidRoom.Between(said: 50, unsaid: 9), perSegment: 10);
        using var reader = EntryReader.Open(Database);
        var runs = reader.Find(new EntryQuery(SaidRoom.Room, new SeqRange(1, 500)) { FromHigh = fromHigh, Count = 3, MaxEntries = 1000 }).Runs;
        Assert.Equal((3, fromHigh ? 471ul : 1), (runs.Count, runs[0].First));
        var few = reader.Find(new EntryQuery(SaidRoom.Room, new SeqRange(1, 500)) { FromHigh = fromHigh, Count = 3, MaxEntries = 15 }).Runs;
        Assert.Equal(2, few.Count);
    }

    [Spec("CP-MSG-016")]
    [Fact]
    public void A_row_that_cannot_be_read_is_in_the_way_of_no_other()
    {
        Store(SaidRoom.Between(said: 10, unsaid: 9), perSegment: 10);
        Ask("UPDATE segment SET said = 0, count = 0, bytes = x'', crc = 0 WHERE first = 21 RETURNING 1");
        Assert.Equal(50ul, FindExpired(5));
    }

    [Spec("CP-MSG-016", "CP-EXP-012")]
    [Fact(Timeout = 60_000)]
    public async Task An_import_counts_as_the_server_did_that_it_comes_from()
    {
        var file = _folder.File("chat.ndjson");
        using (var data = new TemporaryFolder())
        {
            using (var log = DatabaseOpener.Open(data.File("chat.db")).Writer)
            {
                log.Load();
                log.Write(SaidRoom.Batch(SaidRoom.Between(said: 5, unsaid: 9), perSegment: 4));
            }
            await using var server = await TestServer.StartAsync(folder: data);
            server.Log.Expect("the clock shows a time more than a year later than the newest message");
            var admin = await server.AdminAsync();
            await admin.AskAsync<Exported>(new Export(admin.NextId(), file));
        }
        await using var other = await TestServer.StartAsync();
        var importing = await other.AdminAsync();
        await importing.AskAsync<Imported>(new Import(importing.NextId(), file));
        var bob = await other.LogInAsync("bob");
        var room = (await bob.JoinAsync("tea")).Room;
        Assert.Equal(51ul, (await bob.AskAsync<Posted>(bob.PostOf(room, "on"))).Seq);
        using var connection = DatabaseConnection.Open(other.Database, SqliteOpenMode.ReadOnly);
        Assert.Equal((51ul, 45ul), new SegmentReader(connection).EndOf(room) is var end ? (end.Head, end.Unsaid) : default);
    }

    private ulong FindExpired(ulong count)
    {
        using var connection = DatabaseConnection.Open(Database, SqliteOpenMode.ReadOnly);
        var end = new SegmentReader(connection).EndOf(SaidRoom.Room);
        var found = new MaintenanceRunner(Database).Do(new MaintenanceTask.FindExpired(SaidRoom.Room, new RetentionLimits(null, count, null), (ulong)HubBench.Begin)
        {
            Head = end.Head,
            Unsaid = end.Unsaid,
        });
        Assert.Null(found.Complaint);
        return found.Through;
    }

    private void Store(IReadOnlyList<bool> isSaid, int perSegment)
    {
        using var log = DatabaseOpener.Open(Database).Writer;
        log.Load();
        log.Write(SaidRoom.Batch(isSaid, perSegment));
        var room = Assert.Single(log.Load(isWhole: true).Rooms, room => room.Id == SaidRoom.Room);
        Assert.Equal(((ulong)isSaid.Count, (ulong)isSaid.Count(one => !one)), (room.Head, room.Unsaid));
    }

    private object? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
