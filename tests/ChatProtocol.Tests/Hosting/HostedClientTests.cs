using System.Reflection;
using ChatProtocol.Client;
using ChatProtocol.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatProtocol.Tests.Hosting;

/// <summary>A client in a program with a host, from the host's start to its end.</summary>
public sealed class HostedClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_starts_before_its_server_is_degraded_and_its_calls_wait_until_the_server_is_there()
    {
        using var folder = new TemporaryFolder();
        var port = HostedProgram.FreePort();
        await using var program = await HostedProgram.StartAsync(HostedProgram.Guest($"chat://{port}", folder));
        var opening = program.Client.OpenAsync("tea", create: true, Stop);
        var attempt = await program.Log.WaitForAsync(3);
        var waiting = await program.HealthAsync();

        await using var server = await TestServer.StartAsync(options => options with { Listen = [$"tcp://{port}"] });
        await (await opening).PostAsync("it is green", Stop);
        var connected = await program.Log.WaitForAsync(1);

        Assert.Equal((LogLevel.Information, $"Chat is connected to chat://{port} as ann"), (connected.Level, connected.Message));
        Assert.StartsWith($"Chat connects to chat://{port} in ", attempt.Message, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, waiting.Status);
        Assert.Matches($@"\AChat has been connecting to chat://{port} for \d+ s: .*refused", waiting.Description);
        var healthy = await program.HealthAsync();
        Assert.Equal((HealthStatus.Healthy, $"Chat is connected to chat://{port}"), (healthy.Status, healthy.Description));
        await program.StopAsync();
        Assert.Equal($"Chat has left chat://{port}", (await program.Log.WaitForAsync(6)).Message);
        Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lost_connection_is_told_with_its_error_and_is_made_again()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        await using var program = await HostedProgram.StartAsync(HostedProgram.Guest($"{server.Address}", folder));
        var peer = await LogInAsync(server);
        await program.Log.WaitForAsync(1);

        peer.Close();
        var lost = await program.Log.WaitForAsync(2);
        var health = await program.HealthAsync();
        Assert.Equal(1, int.Parse((await program.Log.WaitForAsync(3)).Message.Split("attempt ")[1].Split(':')[0], System.Globalization.CultureInfo.InvariantCulture));
        await LogInAsync(server);
        await program.Log.WaitForAsync(4);
        await program.Client.WaitUntilConnectedAsync(Stop);

        Assert.Equal(LogLevel.Warning, lost.Level);
        Assert.StartsWith($"Chat has lost its connection to {server.Address}: ", lost.Message, StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Degraded, true), (health.Status, health.Description!.EndsWith(lost.Message.Split(": ")[1], StringComparison.Ordinal)));
        Assert.Equal(HealthStatus.Healthy, (await program.HealthAsync()).Status);
        Assert.Single(program.Log.All, one => one.Id == 1 && one.Category.StartsWith("ChatProtocol", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_that_would_be_the_same_next_time_ends_the_host_in_a_sentence()
    {
        await using var server = await TestServer.StartAsync();
        await using var program = await HostedProgram.StartAsync(new() { ["Chat:Address"] = $"chat://{server.Tcp}", ["Chat:Token"] = "chat_t_nobodys" });

        var failed = await program.Log.WaitForAsync(5);
        await StoppedAsync(program.Stopping);
        await program.StopAsync();

        Assert.Equal(LogLevel.Critical, failed.Level);
        Assert.StartsWith($"Chat will not connect to chat://{server.Tcp} again: ", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("chat_t_nobodys", program.Log.Text, StringComparison.Ordinal);
        var health = await program.HealthAsync();
        Assert.Equal((HealthStatus.Unhealthy, failed.Message), (health.Status, health.Description));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_host_that_passes_over_failed_services_lives_on_without_its_client()
    {
        await using var server = await TestServer.StartAsync();
        await using var program = await HostedProgram.StartAsync(
            new() { ["Chat:Address"] = $"chat://{server.Tcp}", ["Chat:Token"] = "chat_t_nobodys" },
            client => client.Services.Configure<HostOptions>(options => options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore));

        await Assert.ThrowsAsync<ChatException>(() => program.Client.Completion.WaitAsync(Stop));

        Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
        Assert.False(program.Stopping.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_start_may_wait_for_the_connection_and_fails_with_it()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        await using var program = HostedProgram.Build(HostedProgram.Guest($"{server.Address}", folder), client => client.WaitForConnection());
        var starting = program.StartAsync();
        var peer = await server.AcceptAsync();
        Assert.False(starting.IsCompleted);
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await starting;
        Assert.Equal(ChatClientState.Connected, program.Client.State);

        await using var real = await TestServer.StartAsync();
        await using var refused = HostedProgram.Build(
            new() { ["Chat:Address"] = $"chat://{real.Tcp}", ["Chat:Token"] = "chat_t_nobodys" }, client => client.WaitForConnection());
        Assert.Equal(ErrorCode.LoginFailed, (await Assert.ThrowsAsync<ChatException>(refused.StartAsync)).Code);
    }

    [Fact(Timeout = 60_000)]
    public async Task Services_may_post_until_they_have_stopped_wherever_they_were_added()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        await using (var program = await HostedProgram.StartAsync(
            HostedProgram.Guest($"chat://{server.Tcp}", folder),
            add: builder =>
            {
                builder.Services.AddHostedService<Farewell>();
                var client = builder.AddChatClient("Chat");
                builder.Services.AddSingleton<IHostedService, Farewell>();
                return client;
            }))
        {
            await program.StopAsync();
            Assert.Equal(ChatClientState.Ended, program.Client.State);
        }

        await using var reader = await ChatClient.ConnectAsync(
            new ChatClientOptions { Address = ChatAddress.Parse($"chat://{server.Tcp}"), Name = "reader", Secret = ScriptedServer.Secret }, Stop);
        var room = await reader.OpenAsync("tea", cancellationToken: Stop);
        Assert.Equal(["goodbye", "goodbye"], await room.MessagesAsync(cancellationToken: Stop).Select(message => message.Text.ToString()).ToListAsync(Stop));
    }

    [Fact(Timeout = 60_000)]
    public async Task Posts_that_are_not_acknowledged_when_the_time_for_the_end_is_over_are_told()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        await using var program = await HostedProgram.StartAsync(
            HostedProgram.Guest($"{server.Address}", folder),
            client => client.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(100)));
        var peer = await LogInAsync(server);
        var opening = program.Client.OpenAsync("tea", create: true, Stop);
        await peer.AnswerAsync<Open>(open => new RoomInfo(open.Id, 5, RoomKind.Public, open.Name, 77, 1, 0, 0, null));
        var room = await opening;
        var posting = (room.PostAsync("one", Stop), room.PostAsync("two", Stop));
        await peer.ReceiveAsync<Post>();

        await program.StopAsync();

        var told = await program.Log.WaitForAsync(8);
        Assert.Equal((LogLevel.Warning, "Chat ends with 2 posts that are not acknowledged; they may be lost"), (told.Level, told.Message));
        await program.DisposeAsync();
        await Assert.ThrowsAsync<ChatException>(() => posting.Item1);
        await Assert.ThrowsAsync<ChatException>(() => posting.Item2);
    }

    [Fact(Timeout = 60_000)]
    public async Task Several_clients_are_services_by_their_names_and_the_first_is_the_one_without()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        var settings = HostedProgram.Guest($"chat://{server.Tcp}", folder);
        foreach (var (key, value) in HostedProgram.Guest($"chat://{server.Tcp}", folder, "bob", "Clients:Other"))
            settings[key] = value;
        await using var program = await HostedProgram.StartAsync(settings, client =>
        {
            client.Services.AddChatClient("Clients:Other");
            client.Services.AddHealthChecks().AddChatClient("Clients:Other");
            Assert.Contains("Chat", Assert.Throws<InvalidOperationException>(() => client.Services.AddChatClient("Chat")).Message, StringComparison.Ordinal);
        });
        var other = program.Services.GetRequiredKeyedService<ChatClient>("Clients:Other");
        await Task.WhenAll(program.Client.WaitUntilConnectedAsync(Stop), other.WaitUntilConnectedAsync(Stop));

        Assert.Equal(("ann", "bob"), (program.Client.Name, other.Name));
        Assert.Same(program.Client, program.Services.GetRequiredKeyedService<ChatClient>("Chat"));
        Assert.Equal($"Clients:Other is connected to chat://{server.Tcp}", (await program.HealthAsync("Clients:Other")).Description);
        await program.StopAsync();
        Assert.Equal((ChatClientState.Ended, ChatClientState.Ended), (program.Client.State, other.State));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_happens_to_rooms_is_logged_without_what_is_said_there()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ScriptedServer();
        await using var program = await HostedProgram.StartAsync(HostedProgram.Guest($"{server.Address}", folder));
        var peer = await LogInAsync(server);
        var joining = program.Client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, join.Name, 77, 1, 1, 1, null));
        await joining;

        await peer.SendAsync(ScriptedPeer.Entry(2, "a secret thing"), new Gap(5, 3, 4, GapReason.Damaged), new Expelled(5, "be\u001b[2Jgone"));

        Assert.Equal("Chat does not get messages 3 to 4 of room tea: Damaged", (await program.Log.WaitForAsync(13)).Message);
        Assert.Equal(@"Chat is no more in room tea: expelled: be\u{1b}[2Jgone", (await program.Log.WaitForAsync(10)).Message);
        Assert.DoesNotContain("a secret thing", program.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manual_has_every_event_with_its_level()
    {
        var events = typeof(ClientLog).GetMethods().Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .OrderBy(one => one.EventId).Select(one => $"| {one.EventId} | {one.Level.ToString().ToLowerInvariant()} ");

        var told = File.ReadLines(Repository.PathOf("src", "ChatProtocol.Hosting", "README.md")).Where(line => line is ['|', ' ', >= '0' and <= '9', ..]);

        Assert.Equal(events, told.Select(line => line[..(line.LastIndexOf('|', line.Length - 2))]));
    }

    private static async Task<ScriptedPeer> LogInAsync(ScriptedServer server)
    {
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        return peer;
    }

    private static async Task StoppedAsync(CancellationToken stopping)
    {
        var stopped = new TaskCompletionSource();
        await using var _ = stopping.Register(stopped.SetResult);
        await stopped.Task.WaitAsync(Stop);
    }

    /// <summary>A service that posts as it stops.</summary>
    private sealed class Farewell(ChatClient client) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            var room = await client.OpenAsync("tea", create: true, cancellationToken);
            await room.PostAsync("goodbye", cancellationToken);
        }
    }
}
