using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an owner or the admin socket: tell the frames of a session as they come and go, or tell them no more. Answered by
/// <see cref="Ok"/>; <see cref="Traced"/> events follow (CP-ADM-050).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Session">The session's number.</param>
/// <param name="Bodies">Whether what people wrote is told as well.</param>
/// <param name="Stop">Whether the trace of that session is to end.</param>
public sealed record Trace(ulong Id, ulong Session, bool Bodies, bool Stop) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 116;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [116, id, session, bodies?, stop?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Session);
        writer.Write(Bodies);
        writer.Write(Stop);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Trace(
        reader.UInt("id"),
        reader.UInt("session"),
        reader.OptionalBool("bodies"),
        reader.OptionalBool("stop"));
}
