using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What the database keeps of blocks and bans, and does not keep of a room that was removed.</summary>
public sealed class RemovalTests
{
    private const string Secret = "the password is swordfish";

    [Spec("CP-ADM-030", "CP-ADM-031", "CP-ROM-020")]
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removed_rooms_texts_leave_every_file_and_a_kill_does_not_keep_them(bool isKilled)
    {
        using var folder = new TemporaryFolder();
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", new byte[16]);
            var room = (await ann.JoinAsync("tea")).Room;
            var kept = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "kept", Create: true))).Room;
            // More segments than one batch takes away.
            for (var i = 1; i <= 600; i++)
                await ann.SendAsync([ann.PostOf(room, $"{Secret} {i}", (ulong)i), ann.PostOf(kept, $"text {i}", (ulong)i)]);
            for (var i = 0; i < 1200; i++)
                await ann.UntilAsync<Posted>();
            Assert.True(Holds(folder));
            await using var admin = await AdminAsync(folder);
            await admin.AskAsync<Ok>(new RemoveRoom(admin.NextId(), room));
            Assert.Equal(room, (await ann.UntilAsync<RoomRemoved>()).Room);
            if (!isKilled)
                await Eventually.TrueAsync(() => !Holds(folder), "the texts leave the files");
            chatd.Kill();
        }

        await using (var chatd = await StartAsync(folder))
        {
            await Eventually.TrueAsync(() => !Holds(folder), "the texts leave the files");
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", new byte[16]);
            Assert.Equal(ErrorCode.NoSuchRoom, (await ann.AskAsync<Error>(new Open(ann.NextId(), "tea", Create: false))).Reason);
            var kept = await ann.JoinAsync("kept", after: 0);
            Assert.Equal(Enumerable.Range(1, 600).Select(i => $"text {i}"), (await ann.ReceiveAsync<Message>(600)).Select(m => m.Text.ToString()));
            Assert.Equal(601ul, (await ann.AskAsync<Posted>(ann.PostOf(kept.Room, "on", 601))).Seq);
            await using var admin = await AdminAsync(folder);
            Assert.Equal(0ul, (await admin.AskAsync<Verified>(new Verify(admin.NextId()))).Damaged);
        }
    }

    [Spec("CP-DEL-006", "CP-ADM-031")]
    [Fact(Timeout = 60_000)]
    public async Task The_counters_of_other_rooms_hold_though_the_newest_rows_have_gone_with_a_room()
    {
        using var folder = new TemporaryFolder();
        ulong kept;
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", new byte[16]);
            kept = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "kept", Create: true))).Room;
            var tea = (await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "tea", Create: true))).Room;
            await ann.AskAsync<Posted>(ann.PostOf(kept, "one", 1));
            for (var i = 1ul; i <= 10; i++)
                await ann.AskAsync<Posted>(ann.PostOf(tea, Secret, i));
            await Eventually.TrueAsync(() => Number(folder, "SELECT value FROM meta WHERE key = 'publishers'") == 11, "the publishers are stored up to the last row");
            await using var admin = await AdminAsync(folder);
            await admin.AskAsync<Ok>(new RemoveRoom(admin.NextId(), tea));
            await Eventually.TrueAsync(() => Number(folder, "SELECT count(*) FROM removed_room") == 0, "the room has gone");
            Assert.Equal(1, Number(folder, "SELECT value FROM meta WHERE key = 'publishers'"));
            Assert.Equal(2ul, (await ann.AskAsync<Posted>(ann.PostOf(kept, "two", 2))).Seq);
            chatd.Kill();
        }

        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann", new byte[16]);
            Assert.Equal(2ul, (await ann.AskAsync<Posted>(ann.PostOf(kept, "two", 2))).Seq);
            Assert.Equal(3ul, (await ann.AskAsync<Posted>(ann.PostOf(kept, "three", 3))).Seq);
        }
    }

    [Spec("CP-BLK-001", "CP-BAN-001")]
    [Fact(Timeout = 60_000)]
    public async Task Blocks_and_bans_outlive_a_kill_and_so_does_taking_them_back()
    {
        using var folder = new TemporaryFolder();
        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
            await using var bob = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("bob");
            await using var eve = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("eve");
            await ann.AskAsync<Ok>(new Block(ann.NextId(), "bob"));
            await ann.AskAsync<Ok>(new Block(ann.NextId(), "eve"));
            await ann.AskAsync<Ok>(new Unblock(ann.NextId(), "eve"));
            await using var admin = await AdminAsync(folder);
            await admin.AskAsync<BanList>(new Ban(admin.NextId(), "eve", null, null, null, "first", false, false));
            await admin.AskAsync<BanList>(new Ban(admin.NextId(), null, "203.0.113.0/24", null, 1000_000, "", false, false));
            await admin.AskAsync<BanList>(new Ban(admin.NextId(), "eve", null, null, 1000_000, "second", false, false));
            await admin.AskAsync<Ok>(new Unban(admin.NextId(), 2, null, null));
            chatd.Kill();
        }

        await using (var chatd = await StartAsync(folder))
        {
            await using var ann = await (await RawClient.ConnectAsync(chatd.Tcp)).LogInAsync("ann");
            Assert.Equal("bob", Assert.Single((await ann.AskAsync<BlockList>(new Blocks(ann.NextId(), 0))).Items).Name);
            await using var admin = await AdminAsync(folder);
            var ban = Assert.Single((await admin.AskAsync<BanList>(new Bans(admin.NextId(), 0))).Items);
            Assert.Equal((1ul, "eve", "second"), (ban.Ban, ban.Subject, ban.Reason));
            await using var eve = await RawClient.ConnectAsync(chatd.Tcp);
            await eve.SendAsync(eve.Hello(), eve.LoginOf("eve"));
            Assert.Equal(ErrorCode.Banned, (await eve.UntilAsync<Error>()).Reason);
        }
    }

    [Spec("CP-LEG-041", "CP-BLK-002")]
    [Fact(Timeout = 30_000)]
    public async Task Text_clients_block_and_are_blocked()
    {
        await using var server = await TestServer.StartAsync();
        await using var one = await TextClient.EnterAsync(server.Tcp);
        await using var other = await TextClient.EnterAsync(server.Tcp);
        await other.SendAsync($"{one.Guest}%%%psst\n");
        await one.UntilAsync("[私聊]");

        await one.SendAsync($"%%%block {other.Guest}\n");
        await one.UntilAsync("*** 好的，不再收到这个人的私聊");
        await other.SendAsync($"{one.Guest}%%%psst again\n");
        await other.UntilAsync("*** 没有发送：找不到这个人");
        await one.SendAsync($"{other.Guest}%%%go away\n");
        await one.UntilAsync("*** 没有发送：你屏蔽了这个人");
        await one.SendAsync("%%%block nobody\n");
        await one.UntilAsync("*** 没有这个人");
        await one.SendAsync("%%%unblock\n");
        await one.UntilAsync("*** 用法：%%%unblock 名字");

        await one.SendAsync($"%%%unblock {other.Guest}\n");
        await one.UntilAsync("*** 好的，又能收到这个人的私聊了");
        await other.SendAsync($"{one.Guest}%%%sorry\n");
        await one.UntilAsync($"[私聊] {other.Guest}: sorry");
    }

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder) =>
        ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--log-level", "warning");

    private static async Task<RawClient> AdminAsync(TemporaryFolder folder) =>
        await (await RawClient.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(folder.File("admin.sock")))).LogInAsAdminAsync();

    private static long Number(TemporaryFolder folder, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={folder.File("chat.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : -1;
    }

    private static bool Holds(TemporaryFolder folder) => Directory.GetFiles(folder.Path)
        .Where(file => !file.EndsWith(".sock", StringComparison.Ordinal) && !file.EndsWith("lock", StringComparison.Ordinal))
        .Any(file => SharedFile.Read(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) >= 0);
}
