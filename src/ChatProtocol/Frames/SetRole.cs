using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: give a principal a role in a room, or take it. Answered by <see cref="Posted"/> with the entry that tells it (CP-ROL-011).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Name">The principal's name.</param>
/// <param name="Role">Its new <see cref="RoomRole"/>.</param>
/// <param name="Reason">Why, for those that it concerns; may be empty.</param>
public sealed record SetRole(ulong Id, ulong Room, string Name, RoomRole Role, string Reason) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 240;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [240, id, room, name, role, reason?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Name);
        writer.Write((uint)Role);
        writer.WriteWords(Reason, Ban.MaxReason);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new SetRole(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.String("name", Names.MaxLength),
        (RoomRole)reader.UInt31("role"),
        reader.OptionalString("reason", Ban.MaxReason) ?? "");
}
