using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Posts with a key on the disk: each is said once, whatever becomes of the server.</summary>
public sealed class PostKeyTests
{
    private const string Key = "the name of a job";
    private const string Secret = "the password is swordfish";

    [Spec("CP-KEY-003", "CP-KEY-005", "CP-KEY-008")]
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_is_known_to_the_next_server_and_its_bytes_are_in_no_file(bool isKilled)
    {
        using var folder = new TemporaryFolder();
        Posted first;
        ulong room;
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await LogInAsync(chatd);
            room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            first = await ann.AskAsync<Posted>(PostOf(ann, room, Key, "hello"));
            if (isKilled)
                chatd.Kill();
        }
        Assert.False(Holds(folder, Key));

        await using var again = await StartAsync(folder);
        await using var back = await LogInAsync(again);
        Assert.Equal((first.Seq, first.Time), await back.AskAsync<Posted>(PostOf(back, room, Key, "hello")) is var repeated ? (repeated.Seq, repeated.Time) : default);
        Assert.Equal(ErrorCode.KeyConflict, (await back.AskAsync<Error>(PostOf(back, room, Key, "another"))).Reason);
        Assert.Equal(1ul, (await back.JoinAsync("tea")).Head);
    }

    [Spec("CP-KEY-003", "CP-KEY-007")]
    [Fact(Timeout = 60_000)]
    public async Task Many_sessions_that_post_the_same_keys_at_once_say_each_once()
    {
        const int Sessions = 8, Keys = 200;
        await using var server = await TestServer.StartAsync();
        var sessions = new List<RawClient>();
        for (var i = 0; i < Sessions; i++)
            sessions.Add(await server.LogInAsync("ann"));
        var room = (await sessions[0].AskAsync<RoomInfo>(new Open(sessions[0].NextId(), "tea", Create: true))).Room;
        var told = await Task.WhenAll(sessions.Select(async session =>
        {
            await session.SendAsync(Enumerable.Range(0, Keys).Select(i => PostOf(session, room, $"key {i}", $"text {i}")));
            return (await session.ReceiveAsync<Posted>(Keys)).Select(posted => (posted.Seq, posted.Time)).ToList();
        }));

        Assert.All(told, one => Assert.Equal(told[0], one));
        Assert.Equal(Keys, told[0].Distinct().Count());
        var bob = await server.LogInAsync("bob");
        await bob.JoinAsync("tea", after: 0);
        Assert.Equal(Enumerable.Range(0, Keys).Select(i => $"text {i}").Order(), (await bob.ReceiveAsync<Message>(Keys)).Select(message => message.Text.ToString()).Order());
        Assert.Equal((ulong)Keys, (await bob.AskAsync<RoomInfo>(new Open(bob.NextId(), "tea", Create: false))).Head);
    }

    [Spec("CP-KEY-004", "CP-ADM-012", "CP-MSG-009")]
    [Fact(Timeout = 60_000)]
    public async Task An_erased_text_leaves_no_hash_and_its_key_is_answered_whatever_the_text()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            var ann = await server.LogInAsync("ann");
            var room = (await ann.JoinAsync("tea")).Room;
            foreach (var (key, text) in new[] { ("a", "hello"), (Key, Secret), ("c", "bye") })
                await ann.AskAsync<Posted>(PostOf(ann, room, key, text));
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), room, 2));

            Assert.Equal(2ul, (await ann.AskAsync<Posted>(PostOf(ann, room, Key, "what was it?"))).Seq);
            Assert.Equal(ErrorCode.KeyConflict, (await ann.AskAsync<Error>(PostOf(ann, room, "a", "what was it?"))).Reason);
        }

        Assert.False(Holds(folder, Secret) || Holds(folder, Key));
        Assert.Equal((3, 2), (Ask(folder, "SELECT count(*) FROM post_key"), Ask(folder, "SELECT seq FROM post_key WHERE text_hash = 0")));
        await using var again = await TestServer.StartAsync(folder: folder);
        var back = await again.LogInAsync("ann");
        Assert.Equal(2ul, (await back.AskAsync<Posted>(PostOf(back, (await back.JoinAsync("tea")).Room, Key, "really?"))).Seq);
    }

    [Spec("CP-KEY-005")]
    [Fact(Timeout = 60_000)]
    public async Task Keys_go_with_the_entries_that_expire()
    {
        await using var server = await TestServer.StartAsync();
        var ann = await server.LogInAsync("ann");
        var room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
        for (var i = 1; i <= 30; i++)
            await ann.AskAsync<Posted>(PostOf(ann, room, $"key {i}", $"text {i}"));
        var admin = await server.AdminAsync();
        await admin.AskAsync<Retention>(new Retain(admin.NextId(), room, true, null, 10, null));
        await Eventually.TrueAsync(() => Ask(server.Database, "SELECT min(first) FROM segment") == 21, "the entries expire");

        Assert.Equal((10, 21), (Ask(server.Database, "SELECT count(*) FROM post_key"), Ask(server.Database, "SELECT min(seq) FROM post_key")));
        Assert.Equal(31ul, (await ann.AskAsync<Posted>(PostOf(ann, room, "key 20", "something else"))).Seq);
        Assert.Equal(21ul, (await ann.AskAsync<Posted>(PostOf(ann, room, "key 21", "text 21"))).Seq);
    }

    [Spec("CP-KEY-005", "CP-ADM-031")]
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_go_with_their_room_and_a_kill_does_not_keep_them(bool isKilled)
    {
        const int Posts = 3000;
        using var folder = new TemporaryFolder();
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await LogInAsync(chatd);
            var (room, kept) = ((await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room, (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "kept", Create: true))).Room);
            await ann.AskAsync<Posted>(PostOf(ann, kept, Key, "hello"));
            for (var sent = 0; sent < Posts; sent += 1000)
            {
                await ann.SendAsync(Enumerable.Range(sent, 1000).Select(i => PostOf(ann, room, $"key {i}", $"text {i}")));
                await ann.ReceiveAsync<Posted>(1000);
            }
            Assert.Equal(Posts + 1, Ask(folder, "SELECT count(*) FROM post_key"));
            await using var admin = await (await RawClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("admin.sock")))).LogInAsAdminAsync();
            await admin.AskAsync<Ok>(new RemoveRoom(admin.NextId(), room));
            Assert.Equal(ErrorCode.NoSuchRoom, (await ann.AskAsync<Error>(PostOf(ann, room, "key 1", "text 1"))).Reason);
            if (isKilled)
                chatd.Kill();
            else
                await Eventually.TrueAsync(() => Ask(folder, "SELECT count(*) FROM post_key") == 1, "the keys are gone");
        }

        await using var again = await StartAsync(folder);
        await Eventually.TrueAsync(() => Ask(folder, "SELECT count(*) FROM post_key") == 1, "the keys are gone");
        await using var back = await LogInAsync(again);
        Assert.Equal(1ul, (await back.AskAsync<Posted>(PostOf(back, (await back.JoinAsync("kept")).Room, Key, "hello"))).Seq);
    }

    [Spec("CP-KEY-005", "CP-ADM-011")]
    [Fact(Timeout = 60_000)]
    public async Task A_restored_server_knows_the_keys_that_the_backup_has_and_no_others()
    {
        using var elsewhere = new TemporaryFolder();
        ulong room;
        await using (var server = await TestServer.StartAsync())
        {
            var ann = await server.LogInAsync("ann");
            room = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            await ann.AskAsync<Posted>(PostOf(ann, room, "before", "one"));
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new Backup(admin.NextId(), elsewhere.File("chat.db")));
            await ann.AskAsync<Posted>(PostOf(ann, room, "behind", "two"));
        }

        await using var restored = await TestServer.StartAsync(folder: elsewhere);
        restored.Log.Expect("this is a backup");
        var back = await restored.LogInAsync("ann");
        Assert.Equal((1ul, 2ul), ((await back.AskAsync<Posted>(PostOf(back, room, "before", "one"))).Seq, (await back.AskAsync<Posted>(PostOf(back, room, "behind", "something else"))).Seq));
    }

    [Spec("CP-EXP-002")]
    [Fact(Timeout = 60_000)]
    public async Task No_export_has_keys_and_where_it_is_imported_a_repeated_post_is_said_again()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.ndjson");
        await using (var server = await TestServer.StartAsync())
        {
            var ann = await server.LogInAsync("ann");
            await ann.AskAsync<Posted>(PostOf(ann, (await ann.JoinAsync("tea")).Room, Key, "hello"));
            var admin = await server.AdminAsync();
            await admin.AskAsync<Exported>(new Export(admin.NextId(), file));
        }
        Assert.False(Holds(folder, Key));

        await using var other = await TestServer.StartAsync();
        var importer = await other.AdminAsync();
        await importer.AskAsync<Imported>(new Import(importer.NextId(), file));
        var bob = await other.LogInAsync("bob");
        Assert.Equal(2ul, (await bob.AskAsync<Posted>(PostOf(bob, (await bob.JoinAsync("tea")).Room, Key, "hello"))).Seq);
    }

    private static Post PostOf(RawClient client, ulong room, string key, string text) => new(client.NextId(), room, text, null, Encoding.UTF8.GetBytes(key));

    private static async Task<RawClient> LogInAsync(ChatdProcess chatd) => await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");

    private static long Ask(TemporaryFolder folder, string sql) => Ask(folder.File("chat.db"), sql);

    private static long Ask(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static bool Holds(TemporaryFolder folder, string text) => Directory.GetFiles(folder.Path)
        .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal) && !file.EndsWith("lock", StringComparison.Ordinal))
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
