namespace ChatProtocol.Client;

/// <summary>A frame of a session that is traced. Immutable.</summary>
public sealed record TracedFrame
{
    /// <summary>Whether the session's client sent it, or was sent it.</summary>
    public Direction Direction { get; init; }

    /// <summary>When, by the server's clock.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The frame's code; 0 for the last, which tells that the session has ended.</summary>
    public int Code { get; init; }

    /// <summary>Its bytes in its shortest form, with the length before it; 0 where that is not known.</summary>
    public ulong Size { get; init; }

    /// <summary>
    /// The MessagePack array that it consists of, with nil for what is hidden; null where the server does not know its code, or it is as long as a
    /// frame can be.
    /// </summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>How many frames before this one were not told, as they were not taken fast enough.</summary>
    public ulong Skipped { get; init; }

    /// <summary>Tells the frame's code and size; its content stays out of logs.</summary>
    public override string ToString() => $"frame {Code} {(Direction == Direction.ToServer ? "to the server" : "to the client")} of {Size} bytes";

    internal static TracedFrame Of(Traced traced) => new()
    {
        Direction = traced.Direction,
        Time = WireTimes.Time(traced.Time),
        Code = traced.TracedCode,
        Size = traced.Size,
        Payload = traced.Payload,
        Skipped = traced.Skipped,
    };
}
