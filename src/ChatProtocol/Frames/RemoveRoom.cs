using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From an admin: remove a room and all its entries. Answered by <see cref="Ok"/> once nobody can read it any more
/// (CP-ADM-030).
/// </summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
public sealed record RemoveRoom(ulong Id, ulong Room) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 100;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [100, id, room]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RemoveRoom(
        reader.UInt("id"),
        reader.UInt("room"));
}
