namespace ChatProtocol.Client;

/// <summary>The settings for joining a plain text server. Checked once, by <see cref="LegacyClient.ConnectAsync"/>.</summary>
public sealed record LegacyClientOptions
{
    /// <summary>The server's address: <c>legacy://HOST:PORT</c>.</summary>
    public required ChatAddress Address { get; init; }

    /// <summary>The charset of the connection. GBK by default.</summary>
    public LegacyCharset Charset { get; init; } = LegacyCharset.Gbk;

    /// <summary>
    /// The pause before the first message and behind each, the only thing that separates messages for such a server. 60 ms by default;
    /// with less, two messages may become one.
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
