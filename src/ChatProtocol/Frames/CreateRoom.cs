using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: create a room with its asker as the owner. Answered by <see cref="RoomInfo"/> once it is durable (CP-ROL-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Kind"><see cref="RoomKind.Public"/> or <see cref="RoomKind.ByInvitation"/>.</param>
/// <param name="Name">The name of a public room, the title of one by invitation.</param>
/// <param name="Topic">The room's topic; empty for nothing.</param>
public sealed record CreateRoom(ulong Id, RoomKind Kind, string Name, string Topic) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 236;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [236, id, kind, name, topic?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write((uint)Kind);
        writer.Write(Name);
        writer.Write(Topic);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new CreateRoom(
        reader.UInt("id"),
        (RoomKind)reader.UInt31("kind"),
        reader.String("name", Names.MaxLength),
        reader.OptionalString("topic", ChangeRoom.MaxTopic) ?? "");
}
