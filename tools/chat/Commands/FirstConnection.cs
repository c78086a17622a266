using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// A connection that may be tried for a while, because the server is only about to come. A lost one the SDK makes again; the
/// first it tries once.
/// </summary>
/// <param name="within">How long it is tried; zero for once.</param>
/// <param name="tellOfPause">Called at the first try that was in vain.</param>
internal sealed class FirstConnection(TimeSpan within, Action<ChatException> tellOfPause)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>However long a server wants to be left alone: no timer runs for longer than weeks.</summary>
    private static readonly TimeSpan LongestWanted = TimeSpan.FromDays(1);

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private int _tries;

    /// <summary>Null where it takes as long as it takes.</summary>
    private TimeSpan? Left => within == Timeout.InfiniteTimeSpan ? null : within - TimeProvider.System.GetElapsedTime(_began);

    /// <exception cref="ChatException">What the last try ended with, or what no further one would change.</exception>
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

    /// <summary>At random, so that many who wait for one server do not come all at once, and not before it wants to be asked again.</summary>
    private TimeSpan PauseBehind(ChatException failure)
    {
        var backoff = First * Math.Pow(2, Math.Min(_tries, 8));
        var wanted = failure.RetryAfter ?? TimeSpan.Zero;
        var pause = (wanted < LongestWanted ? wanted : LongestWanted) + (backoff < Longest ? backoff : Longest) * Random.Shared.NextDouble();
        return Left is { } left && left < pause ? TimeSpan.FromTicks(Math.Max(left.Ticks, 0)) : pause;
    }
}
