using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the sessions of its principal. Answered by <see cref="SessionList"/> (CP-ACC-018).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only sessions behind this one; 0 for the first.</param>
public sealed record OwnSessions(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 210;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [210, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new OwnSessions(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
