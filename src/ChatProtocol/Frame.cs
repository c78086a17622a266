using MessagePack;

namespace ChatProtocol;

/// <summary>
/// One unit of the wire: a MessagePack array whose first item is the code. Frames are immutable and compare by value,
/// but their lists and byte strings by reference.
/// </summary>
public abstract record Frame
{
    private protected Frame()
    {
    }

    /// <summary>
    /// The first item of the array, which says the frame's kind. A peer ignores or refuses an odd code that it does not know; an unknown
    /// even code closes the connection (CP-ENC-009).
    /// </summary>
    public abstract int Code { get; }

    internal abstract void Write(ref MessagePackWriter writer);
}

/// <summary>A frame that asks for something; it gets exactly one reply, which carries its id (CP-TRA-005).</summary>
/// <param name="Id">Chosen by the sender; the reply carries it.</param>
public abstract record Request(ulong Id) : Frame;

/// <summary>A frame that answers a request.</summary>
/// <param name="Id">The request's id.</param>
public abstract record Reply(ulong Id) : Frame;

/// <summary>A frame with an odd code from a newer peer: an event to be ignored, or a request to be refused (CP-ENC-009).</summary>
/// <param name="Code">The code as received.</param>
/// <param name="Id">The request's id; null for an event.</param>
public sealed record UnknownFrame(int Code, ulong? Id) : Frame
{
    /// <inheritdoc/>
    public override int Code { get; } = Code;

    internal override void Write(ref MessagePackWriter writer) =>
        throw new InvalidOperationException("An unknown frame can only be read.");
}
