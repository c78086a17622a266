using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests.Testing;

public sealed class ManualTimeTests
{
    private readonly ManualTime _time = new();
    private readonly List<string> _called = [];

    [Fact]
    public void Time_stands_still_until_it_is_moved()
    {
        var began = (_time.GetUtcNow(), _time.GetTimestamp());

        _time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetUtcNow() - began.Item1);
        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetElapsedTime(began.Item2));
        Assert.Equal(TimeSpan.FromSeconds(90), _time.Elapsed);
    }

    [Fact]
    public void Timers_are_called_in_the_order_in_which_they_are_due_and_see_that_time()
    {
        using var second = Start("second", 2, null);
        using var every = Start("every", 1, 1.5);
        using var first = Start("first", 1, null);

        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(["every 1", "first 1", "second 2", "every 2.5", "every 4"], _called);
    }

    [Fact]
    public void A_timer_that_a_timer_starts_is_called_in_the_same_advance()
    {
        ITimer? later = null;
        using var first = _time.CreateTimer(_ => later = Start("later", 1, null), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _time.Advance(TimeSpan.FromSeconds(2));
        later!.Dispose();

        Assert.Equal(["later 2"], _called);
    }

    [Fact]
    public void In_a_jump_each_timer_is_called_once_and_sees_the_time_behind_it()
    {
        using var every = Start("every", 1, 1);
        using var once = Start("once", 5, null);

        _time.Jump(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["every 10", "once 10", "every 11"], _called);
    }

    [Fact]
    public void A_timer_that_was_changed_or_disposed_is_not_called_as_before()
    {
        using var changed = Start("changed", 1, null);
        var disposed = Start("disposed", 1, null);
        Assert.True(changed.Change(TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan));
        disposed.Dispose();

        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["changed 3"], _called);
        Assert.False(disposed.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_timer_that_is_due_at_once_is_called_without_an_advance()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = _time.CreateTimer(_ => called.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await called.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void It_goes_by_utc_in_its_own_zone_too() => Assert.Equal(_time.GetUtcNow(), _time.GetLocalNow());

    [Fact]
    public void Time_does_not_go_back()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Jump(TimeSpan.FromTicks(-1)));
    }

    private ITimer Start(string name, double due, double? period) => _time.CreateTimer(
        _ => _called.Add(FormattableString.Invariant($"{name} {_time.Elapsed.TotalSeconds}")), null,
        TimeSpan.FromSeconds(due), period is { } every ? TimeSpan.FromSeconds(every) : Timeout.InfiniteTimeSpan);
}
