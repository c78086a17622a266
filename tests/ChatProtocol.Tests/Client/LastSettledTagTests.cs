using System.Diagnostics;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>From where a program reads its input on.</summary>
[OneTry]
public sealed class LastSettledTagTests
{
    private const int Lines = 2000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 20_000)]
    public async Task A_post_that_is_refused_for_good_is_passed_and_one_that_may_be_tried_again_is_waited_for()
    {
        using var folder = new TemporaryFolder();
        await using var server = new PostServer();
        server.Refuses = post => post.Text.ToString() switch
        {
            "never" => new Error(0, ErrorCode.Denied, "no"),
            "later" => new Error(0, ErrorCode.LogUnavailable, "later", RetryAfter: 1000),
            _ => null,
        };
        await using (var client = await ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("outbox") }, Stop))
        {
            var room = await client.OpenAsync("lines", create: true, Stop);
            Assert.Null(client.LastSettledTag);
            await PostAsync(room, "1", 10);
            Assert.Equal(10UL, client.LastSettledTag);
            await Assert.ThrowsAsync<ChatException>(() => PostAsync(room, "never", 20));
            Assert.Equal(20UL, client.LastSettledTag);
            await Assert.ThrowsAsync<ChatException>(() => PostAsync(room, "later", 30));
            await PostAsync(room, "4", 40);
            Assert.Equal(20UL, client.LastSettledTag);
        }
        await using var next = await ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("outbox") }, Stop);
        Assert.Equal(20UL, next.LastSettledTag);
        var again = await next.OpenAsync("lines", create: true, Stop);
        await Assert.ThrowsAsync<ChatException>(() => PostAsync(again, "later", 30));
        await PostAsync(again, "4", 40);
        Assert.Equal(20UL, next.LastSettledTag);
        await PostAsync(again, "in time", 30);
        Assert.Equal(40UL, next.LastSettledTag);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_post_that_was_cancelled_before_it_was_sent_is_waited_for_and_one_behind_that_was_sent_is_awaited()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer { Limits = Limits.Default with { InFlight = 2 } };
        var (client, peer, room) = await server.WelcomeToRoomAsync(o => o with { Outbox = folder.File("outbox") });
        using var cancel = new CancellationTokenSource();
        Task[] calls = [PostAsync(room, "1", 1, cancel.Token), PostAsync(room, "2", 2, cancel.Token)];
        var sent = await peer.ReceiveAsync<Post>();
        await cancel.CancelAsync();
        foreach (var call in calls)
            await Assert.ThrowsAsync<CallCanceledException>(() => call);
        await Assert.ThrowsAsync<CallCanceledException>(() => PostAsync(room, "3", 3, cancel.Token));
        await peer.SendAsync(new Posted(sent.Id, 1, 0));
        var fourth = PostAsync(room, "4", 4);
        await peer.AnswerAsync<Post>(p => new Posted(p.Id, 2, 0));
        await fourth;
        Assert.Equal(1UL, client.LastSettledTag);

        foreach (var (text, tag, settled) in new[] { ("2", 2UL, 2UL), ("3", 3UL, 4UL) })
        {
            var again = PostAsync(room, text, tag);
            await peer.AnswerAsync<Post>(p => new Posted(p.Id, 3, 0));
            await again;
            Assert.Equal(settled, client.LastSettledTag);
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task What_was_too_longAgo_to_be_sent_again_is_told_and_not_passed_unless_it_has_a_key()
    {
        using var folder = new TemporaryFolder();
        await using var server = new PostServer();
        await LeaveBehindAsync(server, folder.File("outbox"), new PostOptions { Tag = 1, Key = "a" }, new PostOptions { Tag = 2 }, new PostOptions { Tag = 3, Key = "c" });
        File.SetLastWriteTimeUtc(folder.File("outbox"), File.GetLastWriteTimeUtc(folder.File("outbox")).AddDays(-30));

        await using var client = await ChatClient.ConnectAsync(server.Options with { Outbox = folder.File("outbox") }, Stop);

        Assert.Equal(
            [(1UL, "a", null), (2UL, null, ErrorCode.PublisherForgotten), (3UL, "c", default(ErrorCode?))],
            client.Recovered.Select(post => (post.Tag!.Value, post.Key, post.Error?.Code)));
        Assert.Equal(1UL, client.LastSettledTag);
        Assert.Equal(["text 1", "text 3"], server.Stored.Select(post => post.Text.ToString()));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_start_that_fails_does_not_make_what_is_too_old_look_younger()
    {
        using var folder = new TemporaryFolder();
        await using var server = new PostServer();
        await LeaveBehindAsync(server, folder.File("outbox"), new PostOptions { Tag = 1 });
        var longAgo = File.GetLastWriteTimeUtc(folder.File("outbox")).AddDays(-30);
        File.SetLastWriteTimeUtc(folder.File("outbox"), longAgo);

        Outbox.Open(folder.File("outbox")).Dispose();

        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(folder.File("outbox")));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task With_keys_each_line_is_stored_once_whatever_is_refused_and_whenever_the_program_is_killed(int seed)
    {
        var dice = new Random(seed);
        await using var server = new PostServer();
        server.Refuses = post => Number(post) % 17 == 0 ? new Error(0, ErrorCode.Denied, "no")
            : dice.Next(100) == 0 ? new Error(0, ErrorCode.LogUnavailable, "later", RetryAfter: 1)
            : null;

        await ShipAsync(server, dice, o => o, line => $"line {line}");

        Assert.Equal(
            Enumerable.Range(1, Lines).Where(line => line % 17 != 0),
            server.Stored.Select(Number).Order());
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Posting_that_stops_at_a_refusal_stores_each_line_once_and_in_order(int seed)
    {
        var dice = new Random(seed);
        await using var server = new PostServer();
        server.Refuses = _ => dice.Next(100) == 0 ? new Error(0, ErrorCode.LogUnavailable, "later", RetryAfter: 1) : null;

        await ShipAsync(server, dice, o => o with { StopAtRefusal = true }, _ => null);

        Assert.Equal(Enumerable.Range(1, Lines), server.Stored.Select(Number));
    }

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_outbox_that_is_synced_does_the_same(int seed)
    {
        var dice = new Random(seed);
        await using var server = new PostServer();

        await ShipAsync(server, dice, o => o with { OutboxSync = true }, _ => null);

        Assert.Equal(Enumerable.Range(1, Lines), server.Stored.Select(Number));
    }

    /// <summary>Posts all lines, in as many runs as it takes, each of which is killed at a random moment or reads its input to the end.</summary>
    private static async Task ShipAsync(PostServer server, Random dice, Func<ChatClientOptions, ChatClientOptions> with, Func<int, string?> keyOf)
    {
        using var folder = new TemporaryFolder();
        for (var (run, settled) = (0, 0UL); settled < Lines; run++)
        {
            var (outbox, left) = (folder.File($"outbox {run}"), folder.File($"outbox {run + 1}"));
            var killAt = run % 4 == 3 ? int.MaxValue : server.Stored.Count + dice.Next(1, 200);
            // What a program leaves that is killed at this moment.
            server.Grown = count =>
            {
                if (count == killAt)
                    server.Cut(() => Copy(outbox, left));
            };
            try
            {
                await using var client = await ChatClient.ConnectAsync(with(server.Options) with { Outbox = outbox }, Stop);
                Assert.True(settled <= (client.LastSettledTag ?? 0), "the position went back");
                await PostLinesAsync(client, keyOf);
                settled = client.LastSettledTag ?? 0;
                AssertSettled(server, (int)settled);
            }
            catch (ChatException) when (File.Exists(left))
            {
                // Killed while it sent what the run before had left.
            }
            if (!File.Exists(left))
                Copy(outbox, left);
        }
    }

    private static async Task PostLinesAsync(ChatClient client, Func<int, string?> keyOf)
    {
        var room = await client.OpenAsync("lines", create: true, Stop);
        var postings = new List<Task>();
        for (var line = (int)(client.LastSettledTag ?? 0) + 1; line <= Lines; line++)
            postings.Add(room.PostAsync($"{line}", new PostOptions { Tag = (ulong)line, Key = keyOf(line) }, Stop));
        await Task.WhenAll(postings).ContinueWith(_ => { }, Stop, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static void AssertSettled(PostServer server, int through)
    {
        var stored = server.Stored.Select(Number).ToHashSet();
        Assert.All(Enumerable.Range(1, through).Where(line => line % 17 != 0), line => Assert.Contains(line, stored));
    }

    private static int Number(Post post) => int.Parse(post.Text.ToString(), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task LeaveBehindAsync(PostServer server, string outbox, params PostOptions[] posts)
    {
        await using var client = await ChatClient.ConnectAsync(server.Options with { Outbox = outbox }, Stop);
        var room = await client.OpenAsync("lines", create: true, Stop);
        server.Refuses = _ =>
        {
            server.Cut(() => { });
            return new Error(0, ErrorCode.ShuttingDown, "nothing is told of this");
        };
        var postings = posts.Select(one => room.PostAsync($"text {one.Tag}", one, Stop)).ToList();
        foreach (var posting in postings)
            Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => posting)).Outcome);
        server.Refuses = _ => null;
    }

    /// <summary>Another program does not ask for the lock.</summary>
    private static void Copy(string outbox, string left)
    {
        using var copying = Process.Start("cp", [outbox, left]);
        copying.WaitForExit();
    }

    private static Task<PostReceipt> PostAsync(ChatRoom room, string text, ulong tag, CancellationToken? cancellationToken = null) =>
        room.PostAsync(text, new PostOptions { Tag = tag }, cancellationToken ?? Stop);
}
