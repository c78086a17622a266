using Polly;
using Polly.Retry;

namespace ChatProtocol.Client;

/// <summary>Posts the answers of a bot, at its rate and at the server's. Thread-safe.</summary>
internal sealed class BotAnswers
{
    /// <summary>A longer wait than this is no wait for an answer any more.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly PostRateLimit? _rate;
    private readonly ResiliencePipeline _patience;

    /// <param name="perMinute">The most answers of a minute; 0 for no limit.</param>
    /// <param name="time">The clock.</param>
    public BotAnswers(int perMinute, TimeProvider time)
    {
        _time = time;
        _rate = perMinute == 0 ? null : new PostRateLimit(time, perMinute / 60.0, perMinute);
        _patience = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 10,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is ChatException { Failure: ChatFailure.Refused, MayRetry: true } e && WaitOf(e) <= LongestWait),
                DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(WaitOf((ChatException)args.Outcome.Exception!)),
            })
            .Build();
    }

    /// <summary>Posts an answer; null if it was posted before under its key.</summary>
    public async Task<PostReceipt?> PostAsync(ChatClient client, ChatRoom room, Text text, string key, CancellationToken stop)
    {
        // An older server would refuse the key, and answer as well without it, but for a bot that is killed.
        var options = client.Server.Capabilities.Contains(Capability.PostKeys) ? new PostOptions { Key = key } : null;
        while (WaitForTurn(text) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, stop).ConfigureAwait(false);
        try
        {
            return await _patience.ExecuteAsync(async stop => await room.PostAsync(text, options, stop).ConfigureAwait(false), stop).ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.KeyConflict)
        {
            // A bot that rolls dice does not give the same answer twice.
            return null;
        }
    }

    private static TimeSpan WaitOf(ChatException refusal) => refusal.RetryAfter ?? TimeSpan.FromSeconds(1);

    private TimeSpan WaitForTurn(Text text)
    {
        lock (_gate)
            return _rate?.Take(text.Length) ?? TimeSpan.Zero;
    }
}
