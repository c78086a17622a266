using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Import"/>: what was taken, or would be.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Rooms">How many rooms.</param>
/// <param name="Entries">How many entries.</param>
/// <param name="Accounts">How many accounts.</param>
/// <param name="Whole">Whether the file's server is taken whole; otherwise one room is.</param>
/// <param name="Name">The name of that room; null where the server is taken whole.</param>
/// <param name="Room">The id that the room has here; null where the server is taken whole, and in a dry run.</param>
public sealed record Imported(ulong Id, ulong Rooms, ulong Entries, ulong Accounts, bool Whole, string? Name = null, ulong? Room = null) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 104;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [104, id, rooms, entries, accounts, whole, name?, room?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Id);
        writer.Write(Rooms);
        writer.Write(Entries);
        writer.Write(Accounts);
        writer.Write(Whole);
        writer.Write(Name);
        writer.WriteOptional(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Imported(
        reader.UInt("id"),
        reader.UInt("rooms"),
        reader.UInt("entries"),
        reader.UInt("accounts"),
        reader.Bool("whole"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalUInt("room"));
}
