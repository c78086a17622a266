using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: leave a room. Answered by <see cref="Ok"/>; nothing of the room is delivered behind it (CP-ROM-007).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
public sealed record Leave(ulong Id, ulong Room) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 8;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [8, id, room]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Leave(
        reader.UInt("id"),
        reader.UInt("room"));
}
