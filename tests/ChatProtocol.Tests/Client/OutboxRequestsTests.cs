using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Posts that wait for their outbox.</summary>
public sealed class OutboxRequestsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly RoomState _tea = new(
        new RoomIdentity(new RoomAddress(RoomKind.Public, "tea"), null), new RoomInfo(1, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null), joinedWith: null);

    [Theory(Timeout = 10_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Posts_that_cannot_be_recorded_are_not_sent_and_use_up_no_counter(bool syncs)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("there"));
        using var outbox = Outbox.Open(folder.File("there/outbox"), syncs);
        outbox.Begin(new byte[16]);
        var (requests, output) = Connect(outbox, syncs);
        // The file has to be written anew, and its folder is gone.
        outbox.Take();
        Directory.Move(folder.File("there"), folder.File("elsewhere"));
        PostCall[] lost = [new(_tea, "1"), new(_tea, "2", [1]), new(_tea, "3")];
        foreach (var post in lost)
            requests.Add(post);
        foreach (var post in lost)
        {
            var e = await Assert.ThrowsAsync<ChatException>(() => post.Task);
            Assert.Equal(Outcome.NotSent, e.Outcome);
            Assert.StartsWith("the outbox ", e.Message, StringComparison.Ordinal);
        }
        Directory.Move(folder.File("elsewhere"), folder.File("there"));

        requests.Add(new PostCall(_tea, "4"));

        var sent = Assert.IsType<Post>(Assert.Single(Frames.Decode((await output.TakeAsync().AsTask().WaitAsync(Stop)).ToArray(), Direction.ToServer)));
        Assert.Equal(("4", 1UL), (sent.Text.ToString(), sent.Counter!.Value));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_waits_for_its_sync_when_the_connection_is_lost_is_sent_on_the_next_one_in_its_order()
    {
        using var folder = new TemporaryFolder();
        using var outbox = Outbox.Open(folder.File("outbox"), syncs: true);
        outbox.Begin(new byte[16]);
        var (requests, first) = Connect(outbox, syncs: true);
        for (var i = 1; i <= 50; i++)
            requests.Add(i % 5 == 0 ? new Call<Pong, bool>(id => new Ping(id), _ => true) : new PostCall(_tea, $"{i}"));
        requests.Disconnect(ChatException.Disconnected("lost"), null);
        var second = new SendBuffer();
        requests.Connect(second);
        requests.Open(second, Limits.Default);

        var sent = new List<Frame>();
        while (sent.Count < 50)
            sent.AddRange(Frames.Decode((await second.TakeAsync().AsTask().WaitAsync(Stop)).ToArray(), Direction.ToServer));

        Assert.Equal(Enumerable.Range(1, 40).Select(i => (ulong?)i), sent.OfType<Post>().Select(post => post.Counter));
        Assert.Equal(40, outbox.Unsettled.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_post_that_is_told_to_be_not_sent_at_the_end_of_the_session_is_not_sent_by_the_next_run()
    {
        using var folder = new TemporaryFolder();
        using var outbox = Outbox.Open(folder.File("outbox"));
        outbox.Begin(new byte[16]);
        var (requests, _) = Connect(outbox, syncs: false);
        PostCall[] posts = [new(_tea, "1"), new(_tea, "2"), new(_tea, "3")];
        foreach (var post in posts)
            requests.Add(post);
        requests.Refuse(1, new Error(1, ErrorCode.Denied, "no"));
        requests.Refuse(3, new Error(3, ErrorCode.OutOfOrder, "expected 1", Value: 1));

        requests.Close(ChatException.Disconnected("over"));

        Assert.Equal(Outcome.NotSent, (await Assert.ThrowsAsync<ChatException>(() => posts[2].Task)).Outcome);
        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => posts[1].Task)).Outcome);
        Assert.Equal(["2"], outbox.Unsettled.Select(post => post.Text.ToString()));
    }

    private static (PendingRequests Requests, SendBuffer Output) Connect(Outbox outbox, bool syncs)
    {
        var requests = new PendingRequests(
            new ChatClientOptions { Address = ChatAddress.Parse("chat://127.0.0.1:1"), Name = "ann", Secret = ScriptedServer.Secret, OutboxSync = syncs }, outbox);
        var output = new SendBuffer();
        requests.Connect(output);
        requests.Open(output, Limits.Default, Capability.PostKeys, Capability.PostDetails);
        return (requests, output);
    }
}
