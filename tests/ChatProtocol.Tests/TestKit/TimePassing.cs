using Microsoft.Extensions.Time.Testing;

namespace ChatProtocol.Tests;

internal static class TimePassing
{
    /// <summary>Lets time pass second by second, as a clock that is looked at every second sees it.</summary>
    public static void Pass(this FakeTimeProvider time, int seconds)
    {
        for (; seconds > 0; seconds--)
            time.Advance(TimeSpan.FromSeconds(1));
    }
}
