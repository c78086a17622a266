using System.Net;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>A client and a reader of the SDK, a server that is killed, and a network with faults between them.</summary>
[OneTry]
public sealed class KilledServerTests
{
    private const int Posts = 50_000;

    private const int Kills = 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-DEL-012", "CP-DEL-021")]
    [Fact(Timeout = 300_000)]
    public async Task Each_post_is_read_once_and_in_order_whatever_becomes_of_the_server_and_the_network()
    {
        using var folder = new TemporaryFolder();
        var port = FreePort();
        var chatd = await StartAsync(folder, port);
        await using var proxy = new FaultyProxy(new IPEndPoint(IPAddress.Loopback, port));
        await using var writer = await ChatClient.ConnectAsync(Options(proxy, "writer"), Stop);
        await using var reader = await ChatClient.ConnectAsync(Options(proxy, "reader"), Stop);
        var room = await writer.OpenAsync("tea", create: true, Stop);
        var progress = new Progress();
        var posting = PostAllAsync(room, progress);
        var reading = reader.MessagesAsync("tea", ChatCursor.Beginning, cancellationToken: Stop).Take(Posts).Select(said => said.Message).ToListAsync(Stop).AsTask();

        for (var i = 1; i <= Kills; i++)
        {
            await progress.ReachAsync(i * (Posts / (Kills + 1)), posting);
            switch (i % 4)
            {
                case 0: proxy.Cut(); break;
                case 1: proxy.Break(NetworkFault.HalfOpen); break;
                case 2: proxy.Break(NetworkFault.Delayed); break;
            }
            chatd.Kill();
            await chatd.DisposeAsync();
            chatd = await StartAsync(folder, port);
        }
        await posting;
        var read = await reading;
        await chatd.DisposeAsync();

        Assert.Equal(Enumerable.Range(1, Posts).Select(number => $"{number}"), read.Select(message => message.Text.ToString()));
        Assert.Equal(Enumerable.Range(1, Posts).Select(number => (ulong)number), read.Select(message => message.Seq));
    }

    private static async Task PostAllAsync(ChatRoom room, Progress progress)
    {
        var underWay = new Queue<Task<PostReceipt>>();
        for (var number = 1; number <= Posts; number++)
        {
            underWay.Enqueue(room.PostAsync($"{number}", Stop));
            if (underWay.Count < 500)
                continue;
            await underWay.Dequeue();
            progress.Advance();
        }
        await Task.WhenAll(underWay);
    }

    private static Task<ChatdProcess> StartAsync(TemporaryFolder folder, int port) =>
        ChatdProcess.StartAsync("--data", folder.File("data"), "--listen", $"tcp://127.0.0.1:{port}");

    /// <summary>A client that notices soon that nothing comes any more.</summary>
    private static ChatClientOptions Options(FaultyProxy proxy, string name) => new()
    {
        Address = ChatAddress.Parse($"chat://{proxy.EndPoint}"),
        Name = name,
        Secret = ScriptedServer.Secret,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        KeepAliveInterval = TimeSpan.FromSeconds(1),
        KeepAliveTimeout = TimeSpan.FromSeconds(1),
        RequestTimeout = TimeSpan.FromMinutes(5),
    };

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>How many posts are acknowledged.</summary>
    private sealed class Progress
    {
        private readonly Lock _gate = new();
        private int _count;
        private int _wanted;
        private TaskCompletionSource? _reached;

        public void Advance()
        {
            lock (_gate)
                if (++_count >= _wanted)
                    _reached?.TrySetResult();
        }

        public async Task ReachAsync(int count, Task posting)
        {
            TaskCompletionSource reached;
            lock (_gate)
            {
                _wanted = count;
                _reached = reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_count >= count)
                    return;
            }
            await await Task.WhenAny(reached.Task, posting);
        }
    }
}
