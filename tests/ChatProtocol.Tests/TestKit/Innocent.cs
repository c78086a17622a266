using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Somebody who has no part in what others do to the server: posts all the time, in a quiet room, and notes how long the answers take.</summary>
internal sealed class Innocent : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ChatdProcess _chatd;
    private readonly RawClient _client;
    private readonly ulong _room;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _posting;
    private readonly Task _watching;
    private TimeSpan _longestAnswer;
    private TimeSpan _longestServing;
    private TimeSpan _longestTick;
    private volatile int _answers;

    private Innocent(ChatdProcess chatd, RawClient client, ulong room)
    {
        _chatd = chatd;
        _client = client;
        _room = room;
        _posting = PostAsync();
        _watching = WatchAsync();
    }

    /// <summary>How long the machine let a thread wait that had only to wake up, at most: nobody could have answered then.</summary>
    public TimeSpan MachineStoodStill => _longestTick;

    /// <param name="chatd">The server.</param>
    /// <param name="client">The innocent's connection, which has said nothing yet.</param>
    public static async Task<Innocent> EnterAsync(ChatdProcess chatd, RawClient client)
    {
        await client.LogInAsync("innocent");
        return new Innocent(chatd, client, (await client.JoinAsync("quiet")).Room);
    }

    /// <summary>Waits until so many more posts are answered, or one is refused.</summary>
    public Task AnswersAsync(int count)
    {
        var until = _answers + count;
        return Eventually.TrueAsync(() => _answers >= until || _posting.IsCompleted, $"{count} posts of the innocent are answered");
    }

    /// <summary>Ends it, and fails if a post was refused or an answer took longer than it may.</summary>
    public async Task WasServedAsync()
    {
        await _end.CancelAsync();
        await _posting;
        await _watching;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_answers} answers, the longest after {_longestAnswer.TotalMilliseconds:F0} ms, and {_longestServing.TotalMilliseconds:F0} ms that the server had a processor for; the machine stood still for {_longestTick.TotalMilliseconds:F0} ms"));
        // Where the machine itself stood still, nobody could have answered.
        Assert.InRange(_longestServing, TimeSpan.MinValue, Patience + _longestTick);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Record.ExceptionAsync(() => Task.WhenAll(_posting, _watching));
        await _client.DisposeAsync();
        _end.Dispose();
    }

    private async Task PostAsync()
    {
        using var pace = new PeriodicTimer(Pace);
        while (!_end.IsCancellationRequested)
        {
            var (asked, withoutProcessor) = (TimeProvider.System.GetTimestamp(), _chatd.WithoutProcessor);
            await _client.AskAsync<Posted>(_client.PostOf(_room, "all is quiet here"));
            var took = TimeProvider.System.GetElapsedTime(asked);
            _longestAnswer = Longer(_longestAnswer, took);
            // What others had of the machine meanwhile, be they the attackers, is no fault of the server's.
            _longestServing = Longer(_longestServing, took - (_chatd.WithoutProcessor - withoutProcessor));
            _answers++;
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task WatchAsync()
    {
        using var pace = new PeriodicTimer(Pace);
        while (!_end.IsCancellationRequested)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await pace.WaitForNextTickAsync(CancellationToken.None);
            _longestTick = Longer(_longestTick, TimeProvider.System.GetElapsedTime(begun) - Pace);
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
