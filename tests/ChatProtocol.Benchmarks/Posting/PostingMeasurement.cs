using System.Diagnostics;
using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// How many posts a second a client of the SDK sends and has answered, by a server in the same process that costs next to nothing. Whoever
/// wants the figure of one core gives the process one: <c>taskset -c 0</c>.
/// </summary>
internal static class PostingMeasurement
{
    private const int UnderWay = 4096;

    private static readonly Text Said = new(new string('x', 100));

    /// <param name="count">The number of posts in each round.</param>
    /// <param name="rounds">The number of rounds; the first ones warm up.</param>
    public static async Task RunAsync(int count, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("posting-").FullName;
        try
        {
            await RunAsync("posts", options => options, InOrderAsync, count, rounds);
            await RunAsync("posts of 1,024 callers, each of which awaits its own", options => options, ByCallersAsync, count, rounds);
            await RunAsync("posts with an outbox", options => options with { Outbox = Path.Combine(folder, "outbox") }, InOrderAsync, count, rounds);
            await RunAsync(
                "posts with an outbox that is synced", options => options with { Outbox = Path.Combine(folder, "synced"), OutboxSync = true }, InOrderAsync, count, rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(
        string what, Func<ChatClientOptions, ChatClientOptions> with, Func<ChatRoom, int, Task> postAsync, int count, int rounds)
    {
        using var server = new MemoryServer();
        await using var client = await ChatClient.ConnectAsync(with(new ChatClientOptions
        {
            Address = ChatAddress.Parse("chat://127.0.0.1"),
            Name = "ann",
            Secret = new byte[32],
            Dial = (_, _) => ValueTask.FromResult(server.Stream),
        }));
        var room = await client.OpenAsync("tea", create: true);
        Console.WriteLine($"{what}:");
        for (var round = 1; round <= rounds; round++)
            await MeasureAsync(server, count, () => postAsync(room, count));
    }

    private static async Task MeasureAsync(MemoryServer server, int count, Func<Task> postAsync)
    {
        var (allocated, served, used, watch) = (GC.GetTotalAllocatedBytes(precise: true), server.Cpu, Cpu(), Stopwatch.StartNew());
        await postAsync();
        var (passed, client) = (watch.Elapsed, Cpu() - used - (server.Cpu - served));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {count / passed.TotalSeconds:N0} posts/s; the client alone {client.TotalNanoseconds / count:N0} ns of a processor a post, {count / client.TotalSeconds:N0} posts/s; {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count} bytes allocated a post"));
    }

    /// <summary>One caller that has many under way and awaits the oldest.</summary>
    private static async Task InOrderAsync(ChatRoom room, int count)
    {
        var underWay = new Task<PostReceipt>[UnderWay];
        Array.Fill(underWay, Task.FromResult(default(PostReceipt)));
        for (var i = 0; i < count; i++)
        {
            await underWay[i % UnderWay];
            underWay[i % UnderWay] = room.PostAsync(Said);
        }
        await Task.WhenAll(underWay);
    }

    private static Task ByCallersAsync(ChatRoom room, int count)
    {
        return Task.WhenAll(Enumerable.Range(0, 1024).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < count / 1024; i++)
                await room.PostAsync(Said);
        })));
    }

    private static TimeSpan Cpu()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}
