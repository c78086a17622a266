using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace ChatProtocol.Client;

/// <summary>
/// The back-off for a lost connection: attempts at random times further and further apart (exponential back-off with
/// full jitter), so that clients that were cut off together do not come back together.
/// </summary>
internal static class ReconnectPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait that a server can ask for: no timer runs for longer than weeks.</summary>
    private static readonly TimeSpan LongestWanted = TimeSpan.FromDays(1);

    /// <summary>The span behind the announced time within which clients return at random.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(1);

    /// <summary>Tries until an attempt succeeds, the time is up, or no further attempt can succeed.</summary>
    /// <param name="lost">How the connection was lost; it counts as the first attempt, so a delay follows it.</param>
    /// <param name="atMost">How long to try.</param>
    /// <param name="spent">How much of that time is over: connections that were made and refused again count as attempts too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="connect">Makes a connection.</param>
    /// <param name="cancellationToken">Ends the attempts.</param>
    /// <exception cref="ChatException">The failure of the last attempt.</exception>
    public static async Task<T> RetryAsync<T>(
        ChatException lost, TimeSpan atMost, TimeSpan spent, TimeProvider time, Func<CancellationToken, Task<T>> connect, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var isLost = true;
        TimeSpan Left() => atMost == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : Max(atMost - spent - time.GetElapsedTime(began), TimeSpan.Zero);
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                // However little time there is, there is one attempt.
                ShouldHandle = args => ValueTask.FromResult(
                    args.Outcome.Exception is ChatException { MayRetry: true } && (args.AttemptNumber == 0 && spent == TimeSpan.Zero || Left() > TimeSpan.Zero)),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                    Min(Delay(args.AttemptNumber, (ChatException)args.Outcome.Exception!), Left())),
            })
            .Build();
        return await pipeline.ExecuteAsync(
            async stop =>
            {
                if (!isLost)
                    return await connect(stop).ConfigureAwait(false);
                isLost = false;
                throw lost;
            },
            cancellationToken).ConfigureAwait(false);
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
