namespace ChatProtocol.Client;

/// <summary>How to join a server of plain text. Checked once, by <see cref="LegacyClient.ConnectAsync"/>.</summary>
public sealed record LegacyClientOptions
{
    /// <summary>Where it listens: <c>legacy://HOST:PORT</c>.</summary>
    public required ChatAddress Address { get; init; }

    /// <summary>The charset of its bytes. GBK by default.</summary>
    public LegacyCharset Charset { get; init; } = LegacyCharset.Gbk;

    /// <summary>
    /// The quiet before the first message and behind each, by which alone such a server tells one from the next. 60 ms by default; with less, two
    /// messages may become one.
    /// </summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>How long connecting may take. 10 seconds by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock and the timers. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Address);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (!Address.IsLegacy)
            throw new ArgumentException($"{Address} is no server of plain text; {nameof(ChatClient)} joins it.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Pause, TimeSpan.Zero, nameof(Pause));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConnectTimeout, TimeSpan.Zero, nameof(ConnectTimeout));
    }
}
