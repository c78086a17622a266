using ChatProtocol.Server;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class ServerHealthTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _failed = new();
    private readonly ServerHealth _health;
    private Task _beat = Task.CompletedTask;
    private bool _isLogFailing;
    private bool _isDiskLow;

    public ServerHealthTests() => _health = new ServerHealth(() => _beat, _failed.Task, () => _isLogFailing, () => _isDiskLow, _time);

    [Fact(Timeout = 10_000)]
    public async Task A_hub_that_comes_round_lives_whatever_the_disk_does()
    {
        (_isLogFailing, _isDiskLow) = (true, true);
        _health.Stops();

        Assert.Null(await _health.FindHindranceAsync());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_hub_that_does_not_come_round_in_five_seconds_does_not_live()
    {
        _beat = new TaskCompletionSource().Task;
        var asked = _health.FindHindranceAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asked.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal("the hub's thread has not come round for 5 s", await asked);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_cannot_go_on_is_neither_alive_nor_ready_and_says_why_in_one_line()
    {
        _health.Serves();
        _failed.SetException(new ServerException("the log cannot be written:\nno such device"));

        Assert.Equal("the server cannot go on: the log cannot be written: no such device", await _health.FindHindranceAsync());
        Assert.Equal("the server cannot go on: the log cannot be written: no such device", _health.FindUnready());
    }

    [Fact]
    public void A_server_is_ready_from_when_it_serves_until_it_stops()
    {
        Assert.Equal("the server is starting", _health.FindUnready());
        _health.Serves();
        Assert.Null(_health.FindUnready());
        _health.Stops();
        Assert.Equal("the server is stopping", _health.FindUnready());
    }

    [Fact]
    public void A_server_whose_log_cannot_be_written_is_not_ready()
    {
        _health.Serves();
        _isLogFailing = true;
        Assert.Equal("the log could not be written when it was tried last", _health.FindUnready());
        (_isLogFailing, _isDiskLow) = (false, true);
        Assert.Equal("the disk is almost full, and posts are refused", _health.FindUnready());
    }

    [Fact(Timeout = 10_000)]
    public async Task However_often_it_is_asked_one_input_waits_for_the_hub()
    {
        var inputs = new List<HubInput>();
        var pulse = new HubPulse(inputs.Add);
        var first = pulse.BeatAsync();
        Assert.Same(first, pulse.BeatAsync());
        Assert.Single(inputs).Apply(null!);
        await first;

        Assert.NotSame(first, pulse.BeatAsync());
        Assert.Equal(2, inputs.Count);
    }
}
