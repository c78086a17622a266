using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Formats times of day, and the line that marks a new day.</summary>
internal sealed class TimestampFormatter(TimeProvider time)
{
    private DateOnly _shown = Today(time);

    /// <summary>The line to show before a message of this time; null if the message before it was of the same day.</summary>
    public string? NewDay(DateTimeOffset when)
    {
        var day = DateOnly.FromDateTime(Local(when).DateTime);
        if (day == _shown)
            return null;
        _shown = day;
        return day.ToString("'--' dddd, d MMMM yyyy '--'", CultureInfo.InvariantCulture);
    }

    public string Clock(DateTimeOffset when) => Local(when).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The time of a message shown by itself: with the date, unless it is today's.</summary>
    public string Point(DateTimeOffset when) => DateOnly.FromDateTime(Local(when).DateTime) == Today(time)
        ? Clock(when)
        : Local(when).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private DateTimeOffset Local(DateTimeOffset when) => TimeZoneInfo.ConvertTime(when, time.LocalTimeZone);

    private static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetLocalNow().DateTime);
}
