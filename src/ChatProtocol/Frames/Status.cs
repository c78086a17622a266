using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: ask for the server's state. Answered by <see cref="StatusReport"/> (CP-ADM-007).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record Status(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 40;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [40, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Status(reader.UInt("id"));
}
