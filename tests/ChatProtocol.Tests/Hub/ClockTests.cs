using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>What a clock that jumps, a machine that sleeps, and a process that was stopped do to those who are there.</summary>
public sealed class ClockTests
{
    private const long Day = 86_400_000;

    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly ulong _room;

    public ClockTests()
    {
        _ann = _bench.LogIn("ann");
        _room = _ann.Join("tea").Room;
    }

    [Spec("CP-SES-016")]
    [Theory]
    [InlineData("stopped")]
    [InlineData("asleep")]
    [InlineData("ahead")]
    [InlineData("back")]
    public void Nobody_is_disconnected_because_of_a_clock(string what)
    {
        _ann.AnswersPings = false;
        switch (what)
        {
            case "stopped": _bench.Freeze(TimeSpan.FromSeconds(100)); break;
            case "asleep": _bench.Sleep(TimeSpan.FromDays(3)); break;
            case "ahead": _bench.SetClock(_bench.Now + 120_000); break;
            default: _bench.SetClock(_bench.Now - 120_000); break;
        }
        _bench.Pass(TimeSpan.FromSeconds(20));

        Assert.False(_ann.IsClosed);
    }

    [Spec("CP-SES-016", "CP-LIM-004")]
    [Fact]
    public void Nobody_is_disconnected_unasked_by_a_server_that_was_stopped_with_the_least_limits()
    {
        var bench = new HubBench(o => o with { Limits = Limits.Default with { PingAfter = 1000, DeadAfter = 2000 } });
        bench.Pass(TimeSpan.Zero);
        var ann = bench.LogIn("ann");
        for (var i = 0; i < 10; i++)
        {
            bench.Pass(TimeSpan.FromSeconds(3.1));
            bench.Freeze(TimeSpan.FromSeconds(5));
        }

        Assert.False(ann.IsClosed);
    }

    [Spec("CP-SES-005", "CP-SES-011")]
    [Fact]
    public void Clocks_of_silence_run_on_after_the_wall_clock_was_set_back()
    {
        var half = _bench.Greet();
        _ann.AnswersPings = false;
        _bench.SetClock(_bench.Now - (100 * Day));
        _bench.Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(ErrorCode.HelloTimeout, Assert.IsType<Error>(half.Last).Reason);

        _bench.Pass(TimeSpan.FromSeconds(80));
        Assert.Equal(ByeCode.Silent, Assert.IsType<Bye>(_ann.Last).Why);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void Entries_are_stamped_by_the_old_clock_until_a_jump_has_stood()
    {
        _bench.SetClock(_bench.Now + (30 * Day));
        Assert.Equal((ulong)HubBench.Begin, _ann.Say(_room, "too early").Time);

        _bench.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal((ulong)_bench.Now, _ann.Say(_room, "believed").Time);
    }

    [Spec("CP-MSG-012")]
    [Fact]
    public void Nothing_expires_and_no_name_is_lost_by_a_jump_for_a_moment()
    {
        _ann.Say(_room, "kept");
        var admin = _bench.LogInAdmin();
        admin.Ask<Retention>(id => new Retain(id, _room, true, (ulong)Day, null, null));
        _bench.LogIn("bob").Disconnect();
        _bench.SetClock(_bench.Now + (400 * Day));
        _bench.Pass(TimeSpan.FromMinutes(9));
        _bench.Settle();

        Assert.DoesNotContain(_bench.Log.MaintenanceTasks, task => task is MaintenanceTask.FindExpired { Now: > (ulong)(HubBench.Begin + Day) });
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "bob", "another key")));
        _bench.SetClock(_bench.Now - (400 * Day));
        _bench.Pass(TimeSpan.FromMinutes(9));
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "bob", "another key")));
    }

    [Spec("CP-MSG-012", "CP-BAN-003")]
    [Fact]
    public void A_banned_client_is_told_to_come_back_once_time_has_stood_and_the_ban_is_over()
    {
        _bench.LogIn("bob");
        _bench.LogInAdmin().Ask<BanList>(id => new Ban(id, "bob", null, null, 3000, "", false, false));
        _bench.SetClock(_bench.Now - 3_600_000);
        _bench.Pass(TimeSpan.FromMinutes(1));
        Error Refused() => _bench.Greet().Ask<Error>(id => HubClient.GuestLogin(id, "bob"));

        Assert.Equal((ErrorCode.Banned, (3_600_000UL - 60_000) + 3000), (Refused().Reason, Refused().RetryAfter));
        _bench.Pass(TimeSpan.FromMinutes(59) + TimeSpan.FromSeconds(3));
        Assert.NotEqual(0UL, _bench.LogIn("bob").Principal);
    }

    [Spec("CP-ADM-007")]
    [Fact]
    public void An_admin_is_told_how_far_the_clock_is_ahead_or_behind()
    {
        var admin = _bench.LogInAdmin();
        (ulong?, ulong?) Told() => admin.Ask<StatusReport>(id => new Status(id)) is var status ? (status.Ahead, status.Behind) : default;

        Assert.Equal((null, null), Told());
        _bench.SetClock(_bench.Now + (30 * Day));
        Assert.Equal(((ulong)(30 * Day), null), Told());
        _bench.SetClock(_bench.Now - (31 * Day));
        Assert.Equal((null, (ulong)Day), Told());
    }

    [Spec("CP-ADM-020")]
    [Fact]
    public void A_clock_a_year_later_than_the_newest_entry_is_doubted_until_an_admin_says_that_it_is_right()
    {
        _ann.Say(_room, "old");
        _bench.LogInAdmin().Ask<Retention>(id => new Retain(id, _room, true, 1000, null, null));
        _bench.SetClock(_bench.Now + (366 * Day));
        _bench.Restart();
        Assert.True(_bench.Hub.IsTimeDoubted);
        _bench.LogIn("bob");
        _bench.Pass(TimeSpan.FromMinutes(5));
        Assert.Empty(_bench.Log.MaintenanceTasks);
        Assert.Equal(ErrorCode.NameTaken, _bench.Greet().Refused(id => HubClient.GuestLogin(id, "ann", "another key")));

        _bench.LogInAdmin().Ask<Ok>(id => new AcceptTime(id));
        _bench.Pass(TimeSpan.FromMinutes(2));

        Assert.False(_bench.Hub.IsTimeDoubted);
        Assert.Contains(_bench.Log.MaintenanceTasks, task => task is MaintenanceTask.FindExpired);
        _bench.Settle();
        Assert.NotEqual(0UL, _bench.LogIn("ann", "another key").Principal);
    }
}
