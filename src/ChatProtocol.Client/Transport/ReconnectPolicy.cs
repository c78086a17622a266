using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace ChatProtocol.Client;

/// <summary>
/// The attempts to connect: those of a client's start, and those after a loss. Unless the program has a pipeline of its own, they follow
/// each other at random times further and further apart (exponential back-off with full jitter), so that clients that were cut off together
/// do not come back together.
/// </summary>
/// <param name="options">The time limits, the clock and the pipeline.</param>
/// <param name="announce">Told of each attempt but a start's first: its number from 1, the time until it is made, and why the one before failed.</param>
internal sealed class ReconnectPolicy(ChatClientOptions options, Action<int, TimeSpan, ChatException> announce)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait that a server can ask for: no timer runs for longer than weeks.</summary>
    private static readonly TimeSpan LongestWanted = TimeSpan.FromDays(1);

    /// <summary>The span behind the announced time within which clients return at random.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = options.TimeProvider;

    /// <summary>Makes the first connection: at once, and again for as long as <see cref="ChatClientOptions.ConnectFor"/> says.</summary>
    /// <param name="connect">Makes a connection.</param>
    /// <param name="stop">Ends the attempts.</param>
    /// <exception cref="ChatException">The failure of the last attempt.</exception>
    public Task<T> ConnectAsync<T>(Func<CancellationToken, Task<T>> connect, CancellationToken stop)
    {
        return RunAsync(lost: null, options.ConnectFor, TimeSpan.Zero, connect, stop);
    }

    /// <summary>Tries until an attempt succeeds, the time is up, or no further attempt can succeed.</summary>
    /// <param name="lost">How the connection was lost; it counts as a failed attempt, so a delay follows it.</param>
    /// <param name="spent">How much of the time is over: connections that were made and refused again count as attempts too.</param>
    /// <param name="connect">Makes a connection.</param>
    /// <param name="stop">Ends the attempts.</param>
    /// <exception cref="ChatException">The failure of the last attempt.</exception>
    public Task<T> ReconnectAsync<T>(ChatException lost, TimeSpan spent, Func<CancellationToken, Task<T>> connect, CancellationToken stop)
    {
        return RunAsync(lost, options.ReconnectFor, spent, connect, stop);
    }

    private async Task<T> RunAsync<T>(
        ChatException? lost, TimeSpan atMost, TimeSpan spent, Func<CancellationToken, Task<T>> connect, CancellationToken stop)
    {
        var pipeline = options.Reconnect ?? BackOff(isReconnect: lost is not null, atMost, spent);
        var failure = lost;
        var number = 0;
        try
        {
            return await pipeline.ExecuteAsync(
                async stop =>
                {
                    if (number++ == 0 && lost is not null)
                        throw lost;
                    // When the attempts of a foreign pipeline come is known only once they do.
                    if (options.Reconnect is not null && failure is not null)
                        announce(lost is null ? number : number - 1, TimeSpan.Zero, failure);
                    try
                    {
                        return await connect(stop).ConfigureAwait(false);
                    }
                    catch (ChatException e)
                    {
                        failure = e;
                        throw;
                    }
                },
                stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ChatException && !stop.IsCancellationRequested)
        {
            // A circuit breaker or a time limit of the program's own.
            throw new ChatException(ChatFailure.Unreachable, $"the connection to {options.Address} is given up: {e.Message}", e);
        }
    }

    private ResiliencePipeline BackOff(bool isReconnect, TimeSpan atMost, TimeSpan spent)
    {
        var began = _time.GetTimestamp();
        TimeSpan Left() => atMost == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : Max(atMost - spent - _time.GetElapsedTime(began), TimeSpan.Zero);
        // However little time there is, there is one attempt after a loss.
        bool MayTry(int failed) => isReconnect && failed == 0 && spent == TimeSpan.Zero || Left() > TimeSpan.Zero;
        return new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is ChatException { MayRetry: true } && MayTry(args.AttemptNumber)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(Min(Delay(args.AttemptNumber, (ChatException)args.Outcome.Exception!), Left())),
                OnRetry = args =>
                {
                    announce(args.AttemptNumber + (isReconnect ? 1 : 2), args.RetryDelay, (ChatException)args.Outcome.Exception!);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    private static TimeSpan Delay(int attempt, ChatException failure) => Min(Wanted(attempt, failure), LongestWanted);

    private static TimeSpan Wanted(int attempt, ChatException failure)
    {
        if (failure.Bye?.Back is { } back)
            return back + Random(Spread);
        var backoff = Random(Min(First * Math.Pow(2, Math.Min(attempt, 16)), Longest));
        return failure.RetryAfter is { } wait ? wait + backoff : backoff;
    }

    private static TimeSpan Random(TimeSpan below) => below * (RandomNumberGenerator.GetInt32(1000) / 1000.0);

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
