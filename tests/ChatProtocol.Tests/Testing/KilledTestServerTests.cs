using ChatProtocol.Client;
using ChatProtocol.Testing;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Testing;

[OneTry]
public sealed class KilledTestServerTests
{
    private const int Posts = 30;

    private static readonly string[] Names = ["alice", "bob", "carol"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The disk, the network and the server fail while three clients post.</summary>
    [Fact(Timeout = 120_000)]
    public Task Each_acknowledged_post_is_there_once_and_in_order_whatever_fails() =>
        Gen.Int[0, 5].Array[5, 15].SampleAsync(RunAsync, iter: 25, threads: 1);

    private static async Task RunAsync(int[] faults)
    {
        await using var server = new ChatTestServer();
        var clients = new List<ChatClient>();
        foreach (var name in Names)
            clients.Add(await server.ConnectAsync(name, Stop));
        var room = await clients[0].OpenAsync("tea", create: true, Stop);
        var posting = Task.WhenAll(clients.Select(client => PostAllAsync(client)));

        foreach (var fault in faults)
        {
            Fail(server, fault);
            await server.AdvanceAsync(TimeSpan.FromMilliseconds(fault * 100));
        }
        server.Heal();
        server.ReleaseCommits();
        if (!server.IsRunning)
            server.Restart();
        await server.AdvanceUntilAsync(posting);
        // The reader may have lost its connection after its last post, and comes back with time.
        var reading = room.MessagesAsync(0, cancellationToken: Stop).ToListAsync(Stop).AsTask();
        await server.AdvanceUntilAsync(reading);
        var stored = await reading;
        foreach (var client in clients)
            await client.DisposeAsync();

        var acknowledged = (await posting).SelectMany(one => one).ToDictionary(post => post.Text, post => post.Seq);
        Assert.Equal(Names.Length * Posts, acknowledged.Count);
        Assert.Equal(acknowledged.OrderBy(post => post.Value).Select(post => (post.Key, post.Value)), stored.Select(message => (message.Text.ToString(), message.Seq)));
        foreach (var name in Names)
            Assert.Equal(Enumerable.Range(0, Posts).Select(i => $"{name} {i}"), stored.Select(message => message.Text.ToString()).Where(text => text.StartsWith(name, StringComparison.Ordinal)));
    }

    private static void Fail(ChatTestServer server, int fault)
    {
        switch (fault)
        {
            case 0: server.Kill(); break;
            case 1: server.Restart(); break;
            case 2: server.CutConnections(); break;
            case 3: server.HoldCommits(); break;
            case 4: server.ReleaseCommits(); break;
            default: server.Partition(); break;
        }
    }

    /// <summary>Posts one after the other, four under way at once.</summary>
    private static async Task<List<(string Text, ulong Seq)>> PostAllAsync(ChatClient client)
    {
        var room = await client.OpenAsync("tea", create: true, Stop);
        var posted = new List<(string, ulong)>();
        var underWay = new Queue<(string Text, Task<PostReceipt> Post)>();
        for (var i = 0; i < Posts || underWay.Count > 0;)
        {
            if (i < Posts && underWay.Count < 4)
            {
                underWay.Enqueue(($"{client.Name} {i}", room.PostAsync($"{client.Name} {i}", Stop)));
                i++;
                continue;
            }
            var (text, post) = underWay.Dequeue();
            posted.Add((text, (await post).Seq!.Value));
        }
        return posted;
    }
}
