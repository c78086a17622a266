using System.Text;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What a room need not keep goes from the files too.</summary>
public sealed class RetentionTests
{
    [Spec("CP-ADM-014", "CP-HIS-009", "CP-DEL-010")]
    [Fact(Timeout = 60_000)]
    public async Task What_is_beyond_the_limit_is_in_no_file_any_more_and_retries_are_answered_as_ever()
    {
        using var folder = new TemporaryFolder();
        RoomInfo room;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann", publisher: new byte[16]);
            room = await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true));
            for (var i = 1; i <= 300; i++)
                await ann.AskAsync<Posted>(ann.PostOf(room.Room, $"entry number {i}.", (ulong)i));
            await Eventually.TrueAsync(() => Scalar(server.Database, "SELECT coalesce((SELECT value FROM meta WHERE key = 'publishers'), 0) >= (SELECT max(id) FROM segment)") == 1, "the publisher is stored");

            var admin = await server.AdminAsync();
            await admin.AskAsync<Retention>(new Retain(admin.NextId(), room.Room, true, null, 100, null));
            await Eventually.TrueAsync(() => !Holds(folder, "entry number 1.") && !Holds(folder, "entry number 200."), "the text is gone");
            Assert.True(Holds(folder, "entry number 201."));
            Assert.Equal(201ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room.Room, false, null, null, null))).Oldest);
            Assert.Equal(0ul, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
            Assert.Equal(5ul, (await ann.AskAsync<Posted>(ann.PostOf(room.Room, "entry number 5.", 5))).Seq);
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        var back = await again.LogInAsync("ann", publisher: new byte[16]);
        var info = await back.JoinAsync("tea", after: 0);
        Assert.Equal((room.Epoch, 300ul, 200ul, 201ul), (info.Epoch, info.Head, info.Cursor, info.Oldest));
        Assert.Equal(201ul, (await back.ReceiveAsync<Message>(100))[0].Seq);
        Assert.Equal(6ul, (await back.AskAsync<Posted>(back.PostOf(room.Room, "entry number 6.", 6))).Seq);
    }

    [Spec("CP-ADM-015")]
    [Fact(Timeout = 60_000)]
    public async Task What_would_go_is_counted_in_the_log_and_stays()
    {
        using var folder = new TemporaryFolder();
        LargeRoom.Fill(folder.File("chat.db"), "tea", 1000, perCommit: 10);
        await using var server = await TestServer.StartAsync(folder: folder);
        server.Log.Expect("the clock shows a time more than a year later than the newest message");
        var admin = await server.AdminAsync();
        var room = (await admin.AskAsync<RoomInfo>(new Open(admin.NextId(), "tea", Create: false))).Room;

        Assert.Equal(900ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, false, null, 95, null, DryRun: true))).Entries);
        Assert.Equal(990ul, (await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, false, 0, null, null, DryRun: true))).Entries);
        Assert.Equal(1000ul, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Entries);
    }

    [Spec("CP-ADM-014")]
    [Theory]
    [InlineData(null, null, null, 0)]
    [InlineData(300_000, null, null, 700)]
    [InlineData(0, null, null, 990)]
    [InlineData(null, 100, null, 900)]
    [InlineData(null, 95, null, 900)]
    [InlineData(null, 5000, null, 0)]
    [InlineData(null, 0, null, 990)]
    [InlineData(null, null, 3000, 970)]
    [InlineData(300_000, 100, null, 900)]
    [InlineData(300_000, 500, 1_000_000, 700)]
    public void An_entry_beyond_any_of_the_limits_is_surplus_by_whole_segments_but_for_the_newest(int? age, int? count, int? bytes, int through)
    {
        using var folder = new TemporaryFolder();
        LargeRoom.Fill(folder.File("chat.db"), "tea", 1000, perCommit: 10);
        var keeps = new RetentionLimits((ulong?)age, (ulong?)count, (ulong?)bytes);

        var found = new MaintenanceRunner(folder.File("chat.db")).Do(new MaintenanceTask.FindExpired(2, keeps, LargeRoom.TimeOf(1001)) { Head = 1000 });
        Assert.Equal((null, (ulong)through), (found.Complaint, found.Through));
    }

    [Spec("CP-HIS-009")]
    [Fact]
    public void Posts_that_only_the_log_knows_stay_and_others_go_a_little_at_a_time()
    {
        using var folder = new TemporaryFolder();
        LargeRoom.Fill(folder.File("chat.db"), "tea", 1000, perCommit: 1);
        using var log = DatabaseOpener.Open(folder.File("chat.db")).Writer;
        log.Load();
        var rounds = 0;
        for (var more = true; more; rounds++)
        {
            var batch = new LogBatch();
            var expiry = new Expiry(2, 900);
            batch.Changes.Add(expiry);
            log.Write(batch);
            more = expiry.HasMore;
            Assert.True(expiry.HasRemoved);
        }
        Assert.Equal(4, rounds);
        Assert.Equal(901ul, log.Load(isWhole: true).Rooms.Single().Oldest);

        var counted = new LogBatch();
        var open = new OpenSegment(2);
        open.Add(1001, LargeRoom.TimeOf(1001), new Principal(100, new UserName("ann"), new byte[32], Role.Guest), "counted", new PostOrigin(default, 1, 5), counted.Segments);
        counted.Segments.Add(open.Seal());
        log.Write(counted);
        var last = new LogBatch();
        var late = new Expiry(2, 1001);
        last.Changes.Add(late);
        log.Write(last);
        Assert.Equal((1001ul, false), (log.Load(isWhole: true).Rooms.Single().Oldest, late.HasMore));
    }

    private static long Scalar(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static bool Holds(TemporaryFolder folder, string text) => Directory.GetFiles(folder.Path, "chat.db*")
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
