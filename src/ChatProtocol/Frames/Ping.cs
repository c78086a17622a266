using MessagePack;

namespace ChatProtocol;

/// <summary>From either side: asks for a sign of life. Answered by <see cref="Pong"/> (CP-SES-010).</summary>
/// <param name="Id">Chosen by the sender; the pong carries it.</param>
public sealed record Ping(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 24;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [24, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Ping(reader.UInt("id"));
}
