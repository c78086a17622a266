using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: list who has a role or a restriction in a room. Answered by <see cref="RoleList"/> (CP-ROL-013).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="After">Only principals behind this one; 0 for the first.</param>
public sealed record RoomRoles(ulong Id, ulong Room, ulong After) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 244;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [244, id, room, after?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(After);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoomRoles(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.OptionalUInt("after") ?? 0);
}
