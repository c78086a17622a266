namespace ChatProtocol.Tests;

/// <summary>The system's clock, whose time of day the test sets.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long _offset;

    public void Set(TimeSpan offset) => Volatile.Write(ref _offset, offset.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Volatile.Read(ref _offset));
}
