using System.Diagnostics;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

[OneTry]
public sealed class OutboxTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-DEL-021")]
    [Fact(Timeout = 20_000)]
    public async Task What_a_killed_run_did_not_know_the_outcome_of_the_next_one_sends_again_as_it_was()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { Outbox = folder.File("outbox") });
        var known = room.PostAsync("1", Stop);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 1, 0));
        await known;
        _ = room.PostAsync("2", Stop);
        _ = room.PostAsync("3", Stop);
        await peer.ReceiveAsync<Post>();
        await peer.ReceiveAsync<Post>();
        var publisher = LeftBehind(folder.File("outbox"), folder.File("left"));

        var connecting = ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("left") }, Stop);
        var again = await server.AcceptAsync();
        await again.WelcomeAsync(server.Limits);
        Assert.Equal(publisher, (await again.LogInAsync()).Publisher!.Value.ToArray());
        Assert.Equal("tea", (await again.AnswerAsync<Open>(o => new RoomInfo(o.Id, 5, RoomKind.Public, "tea", 77, 1, 3, 3, null))).Name);
        for (var i = 2UL; i <= 3; i++)
        {
            var post = await again.AnswerAsync<Post>(p => new Posted(p.Id, i, 9));
            Assert.Equal(($"{i}", i), (post.Text.ToString(), post.Counter!.Value));
        }
        await again.AnswerAsync<Quit>(q => new Ok(q.Id));
        var after = await server.AcceptAsync();
        await after.WelcomeAsync(server.Limits);
        Assert.NotEqual(publisher, (await after.LogInAsync()).Publisher!.Value.ToArray());

        await using var next = await connecting;
        Assert.Equal(
            [Recovered("2", 2), Recovered("3", 3)],
            next.Recovered);
        await next.DisposeAsync();
        using var emptied = Outbox.Open(folder.File("left"));
        Assert.Empty(emptied.Unsettled);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_real_server_stores_each_once_whether_the_answer_was_lost_or_the_post()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        var options = new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = "ann", Secret = ScriptedServer.Secret };
        var publisher = new byte[16];
        await using (var client = await ChatClient.ConnectAsync(options with { Publisher = publisher }, Stop))
        {
            var room = await client.OpenAsync("tea", create: true, Stop);
            await Task.WhenAll(Enumerable.Range(1, 100).Select(i => room.PostAsync($"{i}", Stop)));
        }
        // Killed before it saw half of the answers, and before it had sent the last.
        using (var left = Outbox.Open(folder.File("left")))
        {
            left.Begin(publisher);
            for (var i = 51UL; i <= 110; i++)
                left.Add(new RoomIdentity(new RoomAddress(RoomKind.Public, "tea"), null), i, $"{i}");
        }

        await using var next = await ChatClient.ConnectAsync(options with { Outbox = folder.File("left") }, Stop);

        Assert.Equal(Enumerable.Range(51, 60).Select(i => (ulong?)i), next.Recovered.Select(post => post.Receipt?.Seq));
        var stored = await (await next.OpenAsync("tea", cancellationToken: Stop)).MessagesAsync(cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(Enumerable.Range(1, 110).Select(i => $"{i}"), stored.Select(message => message.Text.ToString()));
    }

    [Fact(Timeout = 20_000)]
    public async Task One_client_at_a_time_has_an_outbox()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        await server.WelcomeAsync(o => o with { Outbox = folder.File("outbox") });

        await Assert.ThrowsAsync<IOException>(() => ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("outbox") }, Stop));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_private_text_is_not_sent_to_somebody_else_of_that_name()
    {
        using var folder = new TemporaryFolder();
        using (var outbox = Outbox.Open(folder.File("outbox")))
        {
            outbox.Begin(new byte[16]);
            outbox.Add(new RoomIdentity(new RoomAddress(RoomKind.Private, "bob"), 50), 1, "for bob alone");
        }
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("outbox") }, Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await peer.AnswerAsync<Open>(o => new RoomInfo(o.Id, 8, RoomKind.Private, "bob", 77, 1, 0, 0, 51));
        await peer.AnswerAsync<Quit>(q => new Ok(q.Id));
        var after = await server.AcceptAsync();
        await after.WelcomeAsync(server.Limits);
        await after.LogInAsync();

        await using var client = await connecting;
        Assert.Equal(ErrorCode.NoSuchUser, Assert.Single(client.Recovered).Error!.Code);
    }

    [Fact]
    public void However_much_of_the_file_was_written_it_holds_a_beginning_of_what_was_said()
    {
        using var folder = new TemporaryFolder();
        var room = new RoomIdentity(new RoomAddress(RoomKind.Public, "茶"), null);
        using (var outbox = Outbox.Open(folder.File("outbox")))
        {
            outbox.Begin(new byte[16]);
            for (var i = 1UL; i <= 5; i++)
                outbox.Add(room, i, $"text {i}");
        }
        var whole = File.ReadAllBytes(folder.File("outbox"));
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(folder.File("torn"), whole[..length]);
            using var torn = Outbox.Open(folder.File("torn"));
            var texts = torn.Unsettled.Select(post => post.Text.ToString()).ToList();
            Assert.Equal(Enumerable.Range(1, texts.Count).Select(i => $"text {i}"), texts);
        }
        Assert.Equal("text 5", Outbox.Open(folder.File("outbox")).Unsettled[^1].Text.ToString());
    }

    [Fact]
    public void What_is_settled_takes_no_room_for_long()
    {
        using var folder = new TemporaryFolder();
        var room = new RoomIdentity(new RoomAddress(RoomKind.Public, "tea"), null);
        using var outbox = Outbox.Open(folder.File("outbox"));
        outbox.Begin(new byte[16]);
        for (var i = 1UL; i <= 50_000; i++)
        {
            outbox.Add(room, i, $"text {i}");
            if (i > 10)
                outbox.Settle(room, i - 10);
        }
        Assert.Equal(Enumerable.Range(49_991, 10).Select(i => (ulong)i), outbox.Unsettled.Select(post => post.Counter));
        Assert.InRange(new FileInfo(folder.File("outbox")).Length, 1, 300 * 1024);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("outbox")));
    }

    /// <summary>What a kill at this moment would leave, and whose posts they are.</summary>
    private static byte[] LeftBehind(string outbox, string copy)
    {
        // Another program does not ask for the lock.
        using (var copying = Process.Start("cp", [outbox, copy]))
            copying.WaitForExit();
        using var left = Outbox.Open(copy);
        return left.Publisher.ToArray();
    }

    private static RecoveredPost Recovered(string text, ulong seq) =>
        new("tea", text, new PostReceipt { Room = 5, Epoch = 77, Seq = seq, Time = DateTimeOffset.FromUnixTimeMilliseconds(9) });
}
