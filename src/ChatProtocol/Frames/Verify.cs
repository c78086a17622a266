using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: read and check all stored entries. Answered by <see cref="Verified"/> (CP-ADM-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record Verify(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 46;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [46, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Verify(reader.UInt("id"));
}
