using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>From the first attempt to connect to the end of a client.</summary>
public sealed class ClientLifeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task A_started_client_connects_by_itself_and_its_calls_wait_for_that()
    {
        await using var server = new ScriptedServer();
        await using var client = ChatClient.Start(server.Options);
        var peer = await server.AcceptAsync();
        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        Assert.Equal(ChatClientState.Connecting, client.State);
        Assert.Contains("WaitUntilConnectedAsync", Assert.Throws<InvalidOperationException>(() => client.Server).Message, StringComparison.Ordinal);

        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await client.WaitUntilConnectedAsync(Stop);
        await peer.AnswerAsync<Join>(join => Room(join.Id));

        Assert.Equal((ChatClientState.Connected, "tea", "scripted/1"), (client.State, (await joining).Name, client.Server.Agent));
        Assert.False(client.Completion.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task State_and_completion_follow_the_connection_to_its_end()
    {
        await using var server = new ScriptedServer();
        var (client, peer, _) = await server.WelcomeToRoomAsync(o => o with { ReconnectFor = Timeout.InfiniteTimeSpan });
        var states = new List<(Type, ChatClientState)>();
        client.EventOccurred += (sender, happened) => states.Add((happened.GetType(), ((ChatClient)sender!).State));
        peer.Close();
        var again = await server.AcceptAsync();
        Assert.Equal(ChatClientState.Reconnecting, client.State);
        var connected = client.WaitUntilConnectedAsync(Stop);
        Assert.False(connected.IsCompleted);
        await again.WelcomeAsync(server.Limits);
        await again.LogInAsync();
        await again.AnswerAsync<Join>(join => Room(join.Id));
        await connected;
        Assert.Equal(ChatClientState.Connected, client.State);

        await again.SendAsync(new Bye(ByeCode.Kicked, "too loud", null));
        again.Close();
        var ended = await Assert.ThrowsAsync<ChatException>(() => client.Completion.WaitAsync(Stop));

        Assert.Equal((ByeCode.Kicked, ChatClientState.Ended), (ended.Bye!.Why, client.State));
        Assert.Same(ended, await Assert.ThrowsAsync<ChatException>(() => client.WaitUntilConnectedAsync(Stop)));
        Assert.Equal(
            [(typeof(ConnectionLost), ChatClientState.Reconnecting), (typeof(ReconnectAttempt), ChatClientState.Reconnecting),
                (typeof(ConnectionRestored), ChatClientState.Reconnecting), (typeof(SessionEnded), ChatClientState.Ended)], states);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_client_that_quits_or_is_disposed_completes_without_a_failure()
    {
        await using var server = new ScriptedServer();
        var (quitter, peer) = await server.WelcomeAsync();
        var quitting = quitter.QuitAsync(Stop);
        await peer.AnswerAsync<Quit>(quit => new Ok(quit.Id));
        await quitting;
        await quitter.Completion.WaitAsync(Stop);

        var (disposed, _) = await server.WelcomeAsync();
        await disposed.DisposeAsync();
        await disposed.Completion.WaitAsync(Stop);
        Assert.Equal((ChatClientState.Ended, ChatClientState.Ended), (quitter.State, disposed.State));
        Assert.Equal(ChatFailure.Disconnected, (await Assert.ThrowsAsync<ChatException>(() => disposed.WaitUntilConnectedAsync(Stop))).Failure);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fault_of_an_observer_harms_neither_the_connection_nor_other_events()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        client.EventOccurred += (_, _) => throw new InvalidDataException("a fault");
        await peer.SendAsync(new Notice(1, "hear"), ScriptedPeer.Entry(1));

        var events = await client.EventsAsync(Stop).Take(2).ToListAsync(Stop);

        Assert.IsType<NoticeReceived>(events[0]);
        Assert.IsType<MessageReceived>(events[1]);
        Assert.True(room.Joined);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_first_connection_is_tried_for_as_long_as_the_options_say()
    {
        var time = new FakeTimeProvider();
        var attempts = 0;
        var dialed = new SemaphoreSlim(0);
        var options = Unreachable(time, () =>
        {
            attempts++;
            dialed.Release();
        });
        await using var client = ChatClient.Start(options with { ConnectFor = TimeSpan.FromMinutes(1) });
        while (!client.Completion.IsCompleted)
            if (!await dialed.WaitAsync(TimeSpan.FromMilliseconds(20), Stop))
                time.Advance(TimeSpan.FromSeconds(1));
        var failed = await Assert.ThrowsAsync<ChatException>(() => client.Completion);
        var told = await client.EventsAsync(Stop).OfType<ReconnectAttempt>().ToListAsync(Stop);

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
        Assert.InRange(attempts, 7, 70);
        var last = Assert.Single(told);
        Assert.Equal((attempts, ChatFailure.Unreachable), (last.Number, last.Error.Failure));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_first_connection_is_tried_once_unless_the_options_say_otherwise()
    {
        var attempts = 0;
        var failed = await Assert.ThrowsAsync<ChatException>(() => ChatClient.ConnectAsync(Unreachable(TimeProvider.System, () => attempts++), Stop));

        Assert.Equal((ChatFailure.Unreachable, 1), (failed.Failure, attempts));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_refusal_that_would_be_the_same_again_ends_the_attempts()
    {
        await using var server = new ScriptedServer();
        var connecting = ChatClient.ConnectAsync(server.Options with { ConnectFor = Timeout.InfiniteTimeSpan }, Stop);
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.AnswerAsync<Login>(login => new Error(login.Id, ErrorCode.LoginFailed, "that is not the name's"));

        Assert.Equal(ErrorCode.LoginFailed, (await Assert.ThrowsAsync<ChatException>(() => connecting)).Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pipeline_of_the_programs_own_decides_when_a_lost_connection_is_made_again()
    {
        await using var server = new ScriptedServer();
        var failures = new List<ChatFailure>();
        var pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 3,
                Delay = TimeSpan.Zero,
                OnRetry = args =>
                {
                    failures.Add(((ChatException)args.Outcome.Exception!).Failure);
                    return default;
                },
            })
            .Build();
        var (client, peer) = await server.WelcomeAsync(o => o with { Reconnect = pipeline, ReconnectFor = TimeSpan.FromSeconds(1) });
        var attempts = new List<(int, TimeSpan)>();
        client.EventOccurred += (_, happened) =>
        {
            if (happened is ReconnectAttempt attempt)
                attempts.Add((attempt.Number, attempt.Next));
        };
        server.StopListening();
        peer.Close();

        var ended = await Assert.ThrowsAsync<ChatException>(() => client.Completion.WaitAsync(Stop));

        Assert.Equal(ChatFailure.Unreachable, ended.Failure);
        Assert.Equal([ChatFailure.Disconnected, ChatFailure.Unreachable, ChatFailure.Unreachable], failures);
        Assert.Equal([(1, TimeSpan.Zero), (2, TimeSpan.Zero), (3, TimeSpan.Zero)], attempts);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pipeline_that_gives_up_with_a_failure_of_its_own_ends_the_client_with_it()
    {
        var breaker = new CircuitBreakerManualControl(isIsolated: true);
        var pipeline = new ResiliencePipelineBuilder().AddCircuitBreaker(new CircuitBreakerStrategyOptions { ManualControl = breaker }).Build();

        var failed = await Assert.ThrowsAsync<ChatException>(() =>
            ChatClient.ConnectAsync(Unreachable(TimeProvider.System, () => { }) with { Reconnect = pipeline }, Stop));

        Assert.Equal(ChatFailure.Unreachable, failed.Failure);
        Assert.IsType<IsolatedCircuitException>(failed.InnerException);
    }

    [Fact(Timeout = 30_000)]
    public async Task Connecting_that_is_cancelled_ends_the_attempt_under_way()
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var dialing = new TaskCompletionSource();
        var stopped = new TaskCompletionSource();
        var connecting = ChatClient.ConnectAsync(new ChatClientOptions
        {
            Name = "ann",
            Secret = ScriptedServer.Secret,
            Dial = async (_, stop) =>
            {
                stop.Register(stopped.SetResult);
                dialing.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return Stream.Null;
            },
        }, cancelling.Token);
        await dialing.Task.WaitAsync(Stop);
        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await stopped.Task.WaitAsync(Stop);
    }

    private static ChatClientOptions Unreachable(TimeProvider time, Action dialed) => new()
    {
        Name = "ann",
        Secret = ScriptedServer.Secret,
        TimeProvider = time,
        Dial = (_, _) =>
        {
            dialed();
            throw new IOException("no way there");
        },
    };

    private static RoomInfo Room(ulong id) => new(id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null);
}
