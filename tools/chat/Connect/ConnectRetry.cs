using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// Retries the first connection for a while, for a server that is about to start. The SDK restores a lost connection by
/// itself, but tries the first one only once.
/// </summary>
/// <param name="within">How long to try; zero for a single try.</param>
/// <param name="tellOfPause">Called when the first try fails.</param>
internal sealed class ConnectRetry(TimeSpan within, Action<ChatException> tellOfPause)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>However long a server wants to be left alone: no timer runs for longer than weeks.</summary>
    private static readonly TimeSpan LongestWanted = TimeSpan.FromDays(1);

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private int _tries;

    /// <summary>The remaining time; null for no limit.</summary>
    private TimeSpan? Left => within == Timeout.InfiniteTimeSpan ? null : within - TimeProvider.System.GetElapsedTime(_began);

    /// <exception cref="ChatException">The failure of the last try, or one that a further try would not change.</exception>
    public async Task<T> MakeAsync<T>(Func<Task<T>> connect, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await connect();
            }
            catch (ChatException e) when (e.MayRetry && Left is null or { Ticks: > 0 })
            {
                if (_tries++ == 0)
                    tellOfPause(e);
                await Task.Delay(PauseBehind(e), stop);
            }
        }
    }

    /// <summary>
    /// The pause before the next try: random, so that many waiting clients do not connect at the same time, and not shorter
    /// than the server's retry delay.
    /// </summary>
    private TimeSpan PauseBehind(ChatException failure)
    {
        var backoff = First * Math.Pow(2, Math.Min(_tries, 8));
        var wanted = failure.RetryAfter ?? TimeSpan.Zero;
        var pause = (wanted < LongestWanted ? wanted : LongestWanted) + (backoff < Longest ? backoff : Longest) * Random.Shared.NextDouble();
        return Left is { } left && left < pause ? TimeSpan.FromTicks(Math.Max(left.Ticks, 0)) : pause;
    }
}
