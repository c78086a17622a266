using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Join"/> and <see cref="Open"/>: a room as it is now (CP-ROM-005).</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Room">The room's id, by which posts and entries name it.</param>
/// <param name="Kind">Whether the room is public or private.</param>
/// <param name="Name">The room's name; for a private room the peer's, without the mark.</param>
/// <param name="Epoch">The epoch of the room's log; a new one means that entries may have been lost (CP-DEL-011).</param>
/// <param name="First">The first seq of this epoch.</param>
/// <param name="Head">The seq of the last committed entry; 0 for none.</param>
/// <param name="Cursor">Delivery begins behind this seq; the head if nothing is delivered or no cursor was given.</param>
/// <param name="Peer">The other principal of a private room; null for a public one.</param>
/// <param name="Oldest">The first seq that is kept; the entries below it have expired.</param>
/// <param name="Title">The room's title; empty for none.</param>
/// <param name="Topic">The room's topic; empty for none.</param>
/// <param name="Moderated">1 if only those with a role in the room may post (CP-ROL-030).</param>
/// <param name="Archived">1 if nobody may post (CP-ROL-031).</param>
/// <param name="Slow">The least milliseconds between two posts of one principal; 0 for none (CP-ROL-032).</param>
/// <param name="Role">The asker's role in the room.</param>
/// <param name="Restriction">The asker's restriction in the room.</param>
/// <param name="Until">When the restriction ends, in milliseconds since 1970 UTC; 0 for never or none.</param>
/// <param name="EditFor">For how many milliseconds a message can be edited; 0 for ever (CP-AMD-003).</param>
public sealed record RoomInfo(
    ulong Id, ulong Room, RoomKind Kind, string Name, ulong Epoch, ulong First, ulong Head, ulong Cursor, ulong? Peer, ulong Oldest = 1,
    string Title = "", string Topic = "", ulong Moderated = 0, ulong Archived = 0, ulong Slow = 0, RoomRole Role = RoomRole.None,
    RoomRestriction Restriction = RoomRestriction.None, ulong Until = 0, ulong EditFor = 0) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 72;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [72, id, room, kind, name, epoch, first, head, cursor, peer?, oldest?, title?, topic?, moderated?, archived?, slow?, role?, restriction?, until?, edit-for?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 19);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write((uint)Kind);
        writer.Write(Name);
        writer.Write(Epoch);
        writer.Write(First);
        writer.Write(Head);
        writer.Write(Cursor);
        writer.WriteOptional(Peer);
        writer.Write(Oldest);
        writer.Write(Title);
        writer.Write(Topic);
        writer.Write(Moderated);
        writer.Write(Archived);
        writer.Write(Slow);
        writer.Write((uint)Role);
        writer.Write((uint)Restriction);
        writer.Write(Until);
        writer.Write(EditFor);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoomInfo(
        reader.UInt("id"),
        reader.UInt("room"),
        (RoomKind)reader.UInt31("kind"),
        reader.String("name", Names.MaxLength),
        reader.UInt("epoch"),
        reader.UInt("first"),
        reader.UInt("head"),
        reader.UInt("cursor"),
        reader.OptionalUInt("peer"),
        reader.OptionalUInt("oldest") ?? 1,
        reader.OptionalString("title", Names.MaxLength) ?? "",
        reader.OptionalString("topic", ChangeRoom.MaxTopic) ?? "",
        reader.OptionalUInt("moderated") ?? 0,
        reader.OptionalUInt("archived") ?? 0,
        reader.OptionalUInt("slow") ?? 0,
        (RoomRole)reader.OptionalUInt31("role"),
        (RoomRestriction)reader.OptionalUInt31("restriction"),
        reader.OptionalUInt("until") ?? 0,
        reader.OptionalUInt("edit-for") ?? 0);
}
