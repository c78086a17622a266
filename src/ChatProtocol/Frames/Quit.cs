using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: end the session. Answered by <see cref="Ok"/>, then the connection closes (CP-SES-012).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
public sealed record Quit(ulong Id) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 22;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [22, id]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 1);
        writer.Write(Id);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Quit(reader.UInt("id"));
}
