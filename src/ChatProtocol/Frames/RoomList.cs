using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Rooms"/>: rooms by ascending id.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Items">The rooms of this part of the list.</param>
/// <param name="More">Whether there are more; ask again after the last id.</param>
public sealed record RoomList(ulong Id, IReadOnlyList<RoomListItem> Items, bool More) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 80;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [80, id, [[room, kind, name, head, members, time]…], more]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.WriteArrayHeader(Items.Count);
        foreach (var item in Items)
        {
            writer.WriteArrayHeader(6);
            writer.Write(item.Room);
            writer.Write((uint)item.Kind);
            writer.Write(item.Name);
            writer.Write(item.Head);
            writer.Write(item.Members);
            writer.Write(item.Time);
        }
        writer.Write(More);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoomList(
        reader.UInt("id"),
        reader.List("rooms", RoomListItem.Read),
        reader.Bool("more"));
}

/// <summary>One room of a list.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Kind">Whether the room is public or private.</param>
/// <param name="Name">The room's name; for a private room the peer's.</param>
/// <param name="Head">The seq of the last committed entry; 0 for none.</param>
/// <param name="Members">How many principals are in the room.</param>
/// <param name="Time">When the last entry was appended, in milliseconds since 1970 UTC; 0 for none.</param>
public readonly record struct RoomListItem(ulong Room, RoomKind Kind, string Name, ulong Head, ulong Members, ulong Time)
{
    internal static RoomListItem Read(ref FieldReader reader) => new(
        reader.UInt("room"),
        (RoomKind)reader.UInt31("kind"),
        reader.String("name", Names.MaxLength),
        reader.UInt("head"),
        reader.UInt("members"),
        reader.UInt("time"));
}
