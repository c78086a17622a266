using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The clock itself; what follows from it for entries and names is in <see cref="ClockTests"/>.</summary>
public sealed class WallClockTests
{
    private const long Noon = 1_700_000_000_000;
    private const long Minute = 60_000;

    private readonly WallClock _clock = new(newest: 0);
    private long _boot = 1000;
    private long _wall = Noon;

    public WallClockTests() => Set();

    [Fact]
    public void It_begins_with_what_the_wall_clock_shows() => Assert.Equal(Noon, _clock.Now);

    [Fact]
    public void It_does_not_begin_before_the_newest_time_that_is_known()
    {
        var clock = new WallClock(Noon + 5);
        clock.Set(0, Noon);

        Assert.Equal(Noon + 5, clock.Now);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void A_jump_ahead_is_not_believed_before_it_has_stood_ten_minutes()
    {
        _wall += 30 * 86_400_000L;
        Pass(10 * Minute);
        Assert.Equal(Noon + (10 * Minute), _clock.Now);

        Pass(1);
        Pass(Minute);
        Assert.Equal(_wall, _clock.Now);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void A_jump_ahead_that_is_taken_back_leaves_nothing()
    {
        _wall += 86_400_000;
        Pass(9 * Minute);
        _wall -= 86_400_000;
        Pass(Minute);
        _wall += 86_400_000;
        Pass(9 * Minute);

        Assert.Equal(Noon + (19 * Minute), _clock.Now);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void A_jump_that_goes_on_while_a_smaller_one_is_tried_has_to_stand_ten_minutes_itself()
    {
        _wall += 60 * Minute;
        Pass(9 * Minute);
        _wall += 30 * 86_400_000L;
        Pass(9 * Minute);
        Assert.Equal(Noon + (18 * Minute), _clock.Now);

        Pass(Minute);
        Pass(Minute);
        Assert.Equal(_wall, _clock.Now);
    }

    [Fact]
    public void Small_steps_are_taken_at_once()
    {
        _wall += 2000;
        Pass(10);

        Assert.Equal(Noon + 2010, _clock.Now);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void Many_small_steps_are_a_jump()
    {
        for (var i = 0; i < 100; i++)
        {
            _wall += 50_000;
            Pass(10);
        }

        Assert.InRange(_clock.Now, Noon, Noon + Minute + 1000);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void Set_back_it_stands_until_the_wall_clock_has_caught_up()
    {
        _wall -= 5 * Minute;
        Pass(4 * Minute);
        Assert.Equal(Noon, _clock.Now);

        Pass(2 * Minute);
        Assert.Equal(Noon + Minute, _clock.Now);
    }

    [Fact]
    public void How_far_the_wall_clock_is_ahead_or_behind_is_told_where_it_is_more_than_a_minute()
    {
        Assert.Equal((0, 0), (_clock.Offset, _clock.StandsFor));
        _wall -= 5 * Minute;
        Set();
        Assert.Equal((-5 * Minute, 5 * Minute), (_clock.Offset, _clock.StandsFor));
        Pass(4 * Minute);
        Assert.Equal((0, Minute), (_clock.Offset, _clock.StandsFor));
        Pass(Minute);
        _wall += 60 * Minute;
        Set();
        Assert.Equal((60 * Minute, 0), (_clock.Offset, _clock.StandsFor));
    }

    [Fact]
    public void A_machine_that_slept_is_no_jump()
    {
        // The clock that runs on while it sleeps has passed as much as the wall clock.
        Pass(86_400_000);

        Assert.Equal(Noon + 86_400_000, _clock.Now);
    }

    private void Pass(long milliseconds)
    {
        // The hub looks once a second at least; a sleep is one step.
        for (var step = milliseconds < 86_400_000 ? 1000 : milliseconds; milliseconds > 0; milliseconds -= step)
        {
            step = Math.Min(step, milliseconds);
            _boot += step;
            _wall += step;
            Set();
        }
    }

    private void Set() => _clock.Set(_boot, _wall);
}
