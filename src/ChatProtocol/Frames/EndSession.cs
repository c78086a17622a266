using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: end another session of its principal. Answered by <see cref="Ok"/> (CP-ACC-019).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Session">The session's number.</param>
public sealed record EndSession(ulong Id, ulong Session) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 212;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [212, id, session]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Session);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new EndSession(
        reader.UInt("id"),
        reader.UInt("session"));
}
