using ChatProtocol.Tools;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class TimestampFormatterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 11, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly TimestampFormatter _calendar;

    public TimestampFormatterTests()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(1), "here", "here"));
        _calendar = new TimestampFormatter(_time);
    }

    [Fact]
    public void Nothing_is_told_of_today() => Assert.Null(_calendar.NewDay(Noon));

    [Fact]
    public void Each_other_day_is_told_once_and_so_is_the_way_back()
    {
        Assert.Equal("-- Thursday, 26 November 2026 --", _calendar.NewDay(Noon.AddDays(-1)));
        Assert.Null(_calendar.NewDay(Noon.AddDays(-1).AddHours(2)));
        Assert.Equal("-- Friday, 27 November 2026 --", _calendar.NewDay(Noon));
        Assert.Null(_calendar.NewDay(Noon));
    }

    [Fact]
    public void A_day_begins_at_midnight_here()
    {
        Assert.Null(_calendar.NewDay(Noon.AddHours(11).AddMinutes(59)));
        Assert.Equal("-- Saturday, 28 November 2026 --", _calendar.NewDay(Noon.AddHours(12)));
    }

    [Fact]
    public void What_stands_by_itself_has_its_date_unless_it_is_of_today()
    {
        Assert.Equal("12:00", _calendar.Point(Noon));
        Assert.Equal("2026-11-26 12:00", _calendar.Point(Noon.AddDays(-1)));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("2026-11-27 12:00", _calendar.Point(Noon));
    }
}
