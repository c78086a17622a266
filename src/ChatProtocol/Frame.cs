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

    /// <summary>The kind of the frame.</summary>
    public abstract FrameCode Code { get; }

    internal abstract void Write(ref MessagePackWriter writer);
}

/// <summary>A frame that asks for something; it gets exactly one reply, which carries its id (CP-TRA-005).</summary>
/// <param name="Id">Chosen by the sender; the reply carries it.</param>
public abstract record Request(ulong Id) : Frame;

/// <summary>A frame that answers a request.</summary>
/// <param name="Id">The request's id.</param>
public abstract record Reply(ulong Id) : Frame;

/// <summary>A frame with an odd code from a newer peer: an event to be ignored, or a request to be refused (CP-ENC-009).</summary>
/// <param name="RawCode">The code as received.</param>
/// <param name="Id">The request's id; null for an event.</param>
public sealed record UnknownFrame(int RawCode, ulong? Id) : Frame
{
    /// <inheritdoc/>
    public override FrameCode Code => (FrameCode)RawCode;

    internal override void Write(ref MessagePackWriter writer) =>
        throw new InvalidOperationException("An unknown frame can only be read.");
}
