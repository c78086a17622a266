namespace ChatProtocol.Tests;

/// <summary>The system's clock, but for the time of day that it begins at: what expires by the calendar does not do so while a test gets older.</summary>
internal sealed class ClockFrom(DateTimeOffset beginning) : TimeProvider
{
    private readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => beginning + System.GetElapsedTime(_began);
}
