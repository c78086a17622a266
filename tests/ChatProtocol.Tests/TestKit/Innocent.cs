using System.Globalization;
using System.Net;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Somebody who has no part in what others do to the server: posts all the time, in a quiet room, and notes how long the answers take.</summary>
internal sealed class Innocent : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly RawClient _client;
    private readonly ulong _room;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _posting;
    private readonly Task _watching;
    private TimeSpan _longestAnswer;
    private TimeSpan _longestTick;
    private volatile int _answers;

    private Innocent(RawClient client, ulong room)
    {
        _client = client;
        _room = room;
        _posting = PostAsync();
        _watching = WatchAsync();
    }

    /// <summary>How long the machine let a thread wait that had only to wake up, at most: nobody could have answered then.</summary>
    public TimeSpan MachineStoodStill => _longestTick;

    public static async Task<Innocent> EnterAsync(EndPoint server)
    {
        var client = await (await RawClient.ConnectAsync(server)).LogInAsync("innocent");
        return new Innocent(client, (await client.JoinAsync("quiet")).Room);
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
            $"{_answers} answers, the longest after {_longestAnswer.TotalMilliseconds:F0} ms; the machine stood still for {_longestTick.TotalMilliseconds:F0} ms"));
        // Where the machine itself stood still, nobody could have answered.
        Assert.InRange(_longestAnswer, TimeSpan.Zero, Patience + _longestTick);
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
            var asked = TimeProvider.System.GetTimestamp();
            await _client.AskAsync<Posted>(_client.PostOf(_room, "all is quiet here"));
            _longestAnswer = Longer(_longestAnswer, TimeProvider.System.GetElapsedTime(asked));
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
