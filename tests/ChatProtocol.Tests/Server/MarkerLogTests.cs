using ChatProtocol.Hub;
using ChatProtocol.Server;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Read markers on the disk.</summary>
public sealed class MarkerLogTests
{
    [Spec("CP-MRK-007")]
    [Fact(Timeout = 60_000)]
    public async Task Markers_are_known_to_the_next_server_and_found_with_their_principal()
    {
        using var folder = new TemporaryFolder();
        ulong room;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            for (var i = 1; i <= 5; i++)
                await ann.AskAsync<Posted>(new Post(ann.NextId(), room, $"text {i}", null));
            var bob = await server.LogInAsync("bob");
            Assert.Equal((3UL, 2UL, true), Told(await bob.AskAsync<Marked>(new MarkRead(bob.NextId(), room, 3))));
            await Eventually.TrueAsync(() => Rows(server.Database) == 1, "the marker is stored");
            await bob.AskAsync<Marked>(new MarkRead(bob.NextId(), room, 4));
        }
        await using var again = await TestServer.StartAsync(folder: folder);
        var back = await again.LogInAsync("bob");
        Assert.Equal((4UL, 1UL, true), Told(await back.AskAsync<Marked>(new MarkRead(back.NextId(), room, 0))));
        Assert.Equal([new UnreadListItem(room, 4, 1, true, 5)], (await back.AskAsync<UnreadList>(new Unread(back.NextId(), 0))).Items);
    }

    [Spec("CP-MRK-009")]
    [Fact]
    public void Markers_go_with_their_principal_and_with_their_room()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.db");
        using var log = DatabaseOpener.Open(file).Writer;
        log.Load();
        log.Write(SaidRoom.Batch([true, true], 2));
        Write(log, [.. Enumerable.Range(100, 600).Select(principal => (LogChange)new LogChange.KeepMarker(new MarkerRecord((ulong)principal, SaidRoom.Room, 1, 7, 0)))]);
        Assert.Equal(600, Rows(file));
        Write(log, new LogChange.EndPrincipal(100), new LogChange.EndMarker(101, SaidRoom.Room));
        Assert.Equal(598, Rows(file));
        var removal = new LogChange.RemoveRoom(SaidRoom.Room);
        Write(log, removal);
        Assert.True(removal.HasMore);
        Write(log, new LogChange.KeepMarker(new MarkerRecord(100, SaidRoom.Room, 2, 7, 0)));
        while (removal.HasMore)
            Write(log, removal);
        Assert.Equal(0, Rows(file));
    }

    [Fact]
    public void A_damaged_marker_is_told_and_goes_where_that_is_accepted()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.db");
        using (var log = DatabaseOpener.Open(file).Writer)
        {
            log.Load();
            Write(log, new LogChange.KeepMarker(new MarkerRecord(100, 2, 5, 7, 0)), new LogChange.KeepMarker(new MarkerRecord(101, 2, 5, 7, 0)));
        }
        Ask(file, "UPDATE marker SET seq = 900 WHERE principal = 100");
        using var connection = DatabaseConnection.Open(file, SqliteOpenMode.ReadWrite);
        var markers = new MarkerTable(connection);
        Assert.Throws<DamagedRowException>(() => markers.LoadOf(100));
        Assert.True(markers.RemoveDamaged());
        Assert.Equal([new MarkerRecord(101, 2, 5, 7, 0)], markers.Load());
    }

    private static (ulong Seq, ulong Unread, bool Exact) Told(Marked marked) => (marked.Seq, marked.Unread, marked.Exact);

    private static void Write(LogWriter log, params LogChange[] changes)
    {
        var batch = new LogBatch();
        batch.Changes.AddRange(changes);
        log.Write(batch);
    }

    private static long Rows(string file) => (long)Ask(file, "SELECT count(*) FROM marker")!;

    private static object? Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
