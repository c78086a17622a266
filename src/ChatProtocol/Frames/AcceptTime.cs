using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an admin: the clock's time is right, although it is far behind the newest time the server knows. Answered by
/// <see cref="Ok"/> (CP-ADM-020).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record AcceptTime(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 110;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [110, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new AcceptTime(reader.UInt("id"));
}
