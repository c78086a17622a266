using ChatProtocol.Client;
using ChatProtocol.Torture;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>A program that posts the lines of a file, and is killed again and again.</summary>
[OneTry]
public sealed class ShipperTests
{
    private const int Kills = 50;
    private const int LinesForEach = 2000;

    private static readonly string[] Lines = [.. Enumerable.Range(1, Kills * LinesForEach).Select(i => $"line {i} 行")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-DEL-021")]
    [Fact(Timeout = 300_000)]
    public async Task However_often_it_is_killed_each_line_is_in_the_room_once_and_in_order()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using var reader = await ChatClient.ConnectAsync(
            new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = "bob", Secret = ScriptedServer.Secret }, Stop);
        await reader.JoinAsync("lines", cancellationToken: Stop);
        await using var events = reader.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        var seen = new List<string>();

        await ShipAsync($"chat://{server.Tcp}", folder, withKeys: false, async count =>
        {
            while (seen.Count < count && await events.MoveNextAsync())
                if (events.Current is MessageReceived { Message: var message })
                    seen.Add(message.Text.ToString());
        });

        Assert.Equal(Lines, seen);
    }

    [Spec("CP-KEY-010")]
    [Fact(Timeout = 300_000)]
    public async Task So_it_is_with_keys_and_an_outbox_that_is_lost_with_its_machine_costs_nothing()
    {
        using var folder = new TemporaryFolder();
        await using var server = new PostServer();
        var grown = new TaskCompletionSource();
        var wanted = int.MaxValue;
        server.Grown = count =>
        {
            if (count >= wanted)
                grown.TrySetResult();
        };
        var lives = 0;

        await ShipAsync($"{server.Address}", folder, withKeys: true, async count =>
        {
            grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            wanted = count;
            if (server.Stored.Count < count)
                await grown.Task.WaitAsync(Stop);
            // With the outbox the position is lost, and all is read and posted again.
            if (++lives == Kills / 2)
                File.Delete(folder.File("outbox"));
        });

        Assert.Equal(Lines, server.Stored.Select(post => post.Text.ToString()));
    }

    /// <summary>Starts the program and kills it, and lets it come to its end at last.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="folder">The place of its files.</param>
    /// <param name="withKeys">Whether its posts have keys.</param>
    /// <param name="awaitAsync">Waits until so many lines are in the room.</param>
    private static async Task ShipAsync(string server, TemporaryFolder folder, bool withKeys, Func<int, Task> awaitAsync)
    {
        await File.WriteAllTextAsync(folder.File("input"), string.Concat(Lines.Select(line => line + "\n")), Stop);
        var dice = new Random(Environment.TickCount);
        string[] arguments = ["ship", server, folder.File("input"), folder.File("outbox"), .. withKeys ? ["--keys"] : Array.Empty<string>()];
        var program = Path.Combine(AppContext.BaseDirectory, typeof(TortureRun).Assembly.GetName().Name!);
        var starts = new HashSet<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await using var shipper = ToolProcess.Start(program, arguments, new Dictionary<string, string>());
            starts.Add((await shipper.ReadLineAsync())!);
            await awaitAsync(((kill - 1) * LinesForEach) + dice.Next(1, LinesForEach));
        }
        // Or it was never killed at its work.
        Assert.InRange(starts.Count, Kills / 2, Kills);
        await using var last = ToolProcess.Start(program, arguments, new Dictionary<string, string>());
        var result = await last.EndAsync();
        Assert.True(result.ExitCode == 0, result.Error);
        await awaitAsync(Lines.Length);
    }
}
