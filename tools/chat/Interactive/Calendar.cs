using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Times of day, and the line that tells when they begin to belong to another day.</summary>
internal sealed class Calendar(TimeProvider time)
{
    private DateOnly _shown = Today(time);

    /// <summary>The line to be shown before something of this time; null if it is of the same day as what was shown before it.</summary>
    public string? NewDay(DateTimeOffset when)
    {
        var day = DateOnly.FromDateTime(Local(when).DateTime);
        if (day == _shown)
            return null;
        _shown = day;
        return day.ToString("'--' dddd, d MMMM yyyy '--'", CultureInfo.InvariantCulture);
    }

    public string Clock(DateTimeOffset when) => Local(when).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>For something that stands by itself: with the date, unless it is of today.</summary>
    public string Point(DateTimeOffset when) => DateOnly.FromDateTime(Local(when).DateTime) == Today(time)
        ? Clock(when)
        : Local(when).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private DateTimeOffset Local(DateTimeOffset when) => TimeZoneInfo.ConvertTime(when, time.LocalTimeZone);

    private static DateOnly Today(TimeProvider time) => DateOnly.FromDateTime(time.GetLocalNow().DateTime);
}
