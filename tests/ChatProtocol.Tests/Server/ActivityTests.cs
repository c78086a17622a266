using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ActivityTests
{
    [Fact(Timeout = 30_000)]
    public async Task Whoever_listens_hears_of_commits_and_of_handshakes()
    {
        var heard = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ChatProtocol.Server",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = heard.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await TestServer.StartAsync(o => o with { Listen = ["tls://127.0.0.1:0"] });
        var ann = await (await server.ConnectTlsAsync()).LogInAsync("ann");
        var room = (await ann.JoinAsync("tea")).Room;
        await ann.AskAsync<Posted>(ann.PostOf(room, "hello"));

        // The activity ends a moment after the answer.
        await Eventually.TrueAsync(() => heard.Any(one => one.OperationName == "commit" && Equals(one.GetTagItem("chatd.segments"), 1)), "the commit of the post");
        Assert.Contains(heard, one => one.OperationName == "tls" && one.Status != ActivityStatusCode.Error);
    }
}
