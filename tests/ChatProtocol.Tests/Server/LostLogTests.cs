using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Files of the log that are missing, cut short or somebody else's: the start says so, and goes on only when it is told to.</summary>
[OneTry]
public sealed class LostLogTests
{
    [Spec("CP-DEL-011")]
    [Theory(Timeout = 60_000)]
    [InlineData("removed", "what was said last is missing")]
    [InlineData("emptied", "what was said last is missing")]
    [InlineData("half", "what was said last is missing")]
    public async Task A_write_ahead_log_that_is_gone_or_cut_short_is_noticed_and_gone_on_from_when_told_to(string how, string message)
    {
        using var folder = new TemporaryFolder();
        var before = await KilledAsync(folder);
        var wal = folder.File("chat.db-wal");
        if (how == "removed")
            File.Delete(wal);
        else
            using (var file = new FileStream(wal, FileMode.Open))
                file.SetLength(how == "emptied" ? 0 : file.Length / 2);

        var refusal = await TestServer.RefusedAsync(folder: folder);
        Assert.Contains(message, refusal, StringComparison.Ordinal);
        Assert.Contains("--accept-loss", refusal, StringComparison.Ordinal);
        Assert.Equal(refusal, await TestServer.RefusedAsync(folder: folder));

        await using (var server = await TestServer.StartAsync(options => options with { AcceptLoss = true }, folder))
        {
            server.Log.Expect("something that was stored is missing");
            var bob = await server.LogInAsync("bob");
            var info = await bob.AskAsync<RoomInfo>(new Open(bob.NextId(), "tea", Create: true));
            Assert.NotEqual(before.Epoch, info.Epoch);
            Assert.Equal(info.Head + 1, info.First);
            await bob.AskAsync<Posted>(bob.PostOf(info.Room, "on"));
        }
        // Once is enough, and the flag has no effect where nothing is missing.
        await using var again = await TestServer.StartAsync(options => options with { AcceptLoss = true }, folder);
        var ann = await again.LogInAsync("ann");
        Assert.Equal("on", (await LastAsync(ann)).Text.ToString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "missing")]
    [InlineData(false, "empty")]
    public async Task A_database_that_is_gone_or_empty_is_not_begun_anew_by_accident(bool isRemoved, string message)
    {
        using var folder = new TemporaryFolder();
        await KilledAsync(folder);
        File.Delete(folder.File("chat.db"));
        if (!isRemoved)
            File.WriteAllBytes(folder.File("chat.db"), []);
        var wal = File.ReadAllBytes(folder.File("chat.db-wal"));

        Assert.Contains($"chat.db is {message}", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
        Assert.Equal(wal, File.ReadAllBytes(folder.File("chat.db-wal")));
        foreach (var file in Directory.GetFiles(folder.Path, "chat.db*"))
            File.Delete(file);
        await using var anew = await TestServer.StartAsync(folder: folder);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task A_database_that_was_cut_short_is_refused_with_the_way_out(double part)
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
            await SayAsync(await server.LogInAsync("ann"), 20);
        using (var file = new FileStream(folder.File("chat.db"), FileMode.Open))
            file.SetLength((long)(file.Length * part));

        Assert.Contains("damaged or cut short", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Rows_that_are_gone_from_the_end_are_noticed()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
            await SayAsync(await server.LogInAsync("ann"), 20);
        Execute(folder, "DELETE FROM segment");

        Assert.Contains("ends with segment 0, and segment 20 was stored", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_servers_database_in_the_place_of_this_ones_is_noticed_unless_it_is_a_backup()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var copy = other.File("copy.db");
        await using (var server = await TestServer.StartAsync(folder: folder))
            await SayAsync(await server.LogInAsync("ann"), 3);
        await using (var server = await TestServer.StartAsync(folder: other))
        {
            await SayAsync(await server.LogInAsync("ann"), 3);
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Backup(admin.NextId(), copy));
        }

        File.Copy(other.File("chat.db"), folder.File("chat.db"), overwrite: true);
        Assert.Contains("is not the one that was here before", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
        File.Copy(copy, folder.File("chat.db"), overwrite: true);
        await using (var restored = await TestServer.StartAsync(folder: folder))
            restored.Log.Expect("this is a backup");
        await using var again = await TestServer.StartAsync(folder: folder);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_earlier_backup_of_the_same_server_is_gone_on_from()
    {
        using var folder = new TemporaryFolder();
        var copy = folder.File("copy.db");
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Backup(admin.NextId(), copy));
            await SayAsync(await server.LogInAsync("ann"), 5);
        }
        File.Move(copy, folder.File("chat.db"), overwrite: true);

        await using var restored = await TestServer.StartAsync(folder: folder);
        restored.Log.Expect("this is a backup");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("PRAGMA application_id = 77; CREATE TABLE songs(id)")]
    [InlineData("PRAGMA user_version = 3; CREATE TABLE meta(id)")]
    [InlineData("CREATE TABLE songs(id)")]
    public async Task Another_programs_database_is_left_alone(string sql)
    {
        using var folder = new TemporaryFolder();
        Execute(folder, sql);
        var bytes = File.ReadAllBytes(folder.File("chat.db"));

        Assert.Contains("another program's", await TestServer.RefusedAsync(folder: folder), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(folder.File("chat.db")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Neither_a_kill_nor_a_mark_that_is_lost_or_torn_is_taken_for_a_loss()
    {
        using var folder = new TemporaryFolder();
        for (var run = 0; run < 4; run++)
        {
            await KilledAsync(folder);
            if (run == 1)
                File.Delete(folder.File("chat.db-mark"));
            else if (run == 2)
                File.WriteAllText(folder.File("chat.db-mark"), "0123");
        }
        await using var server = await TestServer.StartAsync(folder: folder);
        Assert.Equal("line 30", (await LastAsync(await server.LogInAsync("ann"))).Text.ToString());
    }

    /// <summary>A chatd that is killed after what it said was acknowledged.</summary>
    private static async Task<RoomInfo> KilledAsync(TemporaryFolder folder)
    {
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");
        await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
        var room = await SayAsync(ann, 30);
        chatd.Kill();
        await chatd.ExitAsync();
        return room;
    }

    private static async Task<RoomInfo> SayAsync(RawClient ann, int lines)
    {
        var room = await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true));
        for (var line = 1; line <= lines; line++)
            await ann.AskAsync<Posted>(ann.PostOf(room.Room, $"line {line}"));
        return room;
    }

    private static async Task<Message> LastAsync(RawClient client)
    {
        var room = await client.AskAsync<RoomInfo>(new Open(client.NextId(), "tea", Create: false));
        await client.AskAsync<Page>(new History(client.NextId(), room.Room, 1, null, null));
        return await client.ReceiveAsync<Message>();
    }

    private static void Execute(TemporaryFolder folder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("chat.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
