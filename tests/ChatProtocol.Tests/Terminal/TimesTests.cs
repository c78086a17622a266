using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class TimesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("10s", 10)]
    [InlineData("0s", 0)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("3d", 259200)]
    public void A_span_is_a_number_and_its_unit(string text, double seconds) => Assert.Equal(seconds, Times.ParseSpan(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("h")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("1h30m")]
    [InlineData("2 h")]
    [InlineData("2000000000d")]
    [InlineData("99999999999s")]
    [InlineData("2147483647h")]
    public void Anything_else_is_no_span(string text) => Assert.Null(Times.ParseSpan(text));

    [Theory]
    [InlineData("2h", "2026-11-24T10:00:00Z")]
    [InlineData("1000000d", "0001-01-01T00:00:00Z")]
    [InlineData("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z")]
    [InlineData("2026-11-24t09:00:00z", "2026-11-24T09:00:00Z")]
    [InlineData("2026-11-24 09:00:00.25+01:00", "2026-11-24T08:00:00.25Z")]
    public void A_time_is_counted_back_from_now_or_written_with_its_zone(string text, string time) =>
        Assert.Equal(DateTimeOffset.Parse(time, null), Times.ParsePoint(text, Now));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-11-24")]
    [InlineData("2026-11-24T09:00:00")]
    [InlineData("2026-13-24T09:00:00Z")]
    [InlineData("2026-11-24T09:00:00Z tomorrow")]
    public void Anything_else_is_no_time(string text) => Assert.Null(Times.ParsePoint(text, Now));
}
