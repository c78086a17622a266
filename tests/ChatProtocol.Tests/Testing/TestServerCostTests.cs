using System.Diagnostics;
using System.Globalization;
using ChatProtocol.Client;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>A program has hundreds of tests, each with a server of its own. Run alone, with <c>-showLiveOutput</c>, it tells the figures of the package's README.</summary>
public sealed class TestServerCostTests(ITestOutputHelper output)
{
    private const int Rounds = 200;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_server_starts_in_less_than_20_ms_and_a_post_takes_less_than_one()
    {
        var (starts, connects, posts) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var server = new ChatTestServer();
            starts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            began = Stopwatch.GetTimestamp();
            await using var client = await server.ConnectAsync("alice", Stop);
            connects.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            posts.Add(await PostAsync(await client.JoinAsync("tea", cancellationToken: Stop)));
        }
        Tell("a server", starts);
        Tell("a client", connects);
        Tell("a post", posts);

        Assert.InRange(Median(starts), 0, 20);
        Assert.InRange(Median(posts), 0, 1);
    }

    private static async Task<double> PostAsync(ChatRoom room)
    {
        await room.PostAsync("first", Stop);
        var began = Stopwatch.GetTimestamp();
        await room.PostAsync("second", Stop);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private void Tell(string what, List<double> times) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: the first {times[0]:0.0} ms, median {Median(times):0.000} ms"));

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
