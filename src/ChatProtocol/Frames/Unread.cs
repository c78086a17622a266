using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list the rooms of its principal with what is unread there, by ascending room. Answered by <see cref="UnreadList"/> (CP-MRK-008).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Rooms with a higher id are listed; 0 for the beginning.</param>
public sealed record Unread(ulong Id, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 19;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [19, id, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Unread(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0);
}
