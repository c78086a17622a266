using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A line of an export, without its hash: a closed family (spec, chapter 17). What a line may have besides is a property of its kind.</summary>
internal abstract record ExportLine
{
    private ExportLine()
    {
    }

    /// <summary>The first line.</summary>
    /// <param name="Server">The id of the server that wrote it, 16 bytes.</param>
    /// <param name="Agent">The program that wrote it.</param>
    /// <param name="Time">When it was begun, in milliseconds since 1970 UTC.</param>
    /// <param name="IsWhole">Whether it holds the whole server; otherwise one room.</param>
    public sealed record Header(ReadOnlyMemory<byte> Server, string Agent, ulong Time, bool IsWhole) : ExportLine;

    /// <summary>A principal.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">The name that it has.</param>
    /// <param name="Seen">When its last session ended, in milliseconds since 1970 UTC.</param>
    /// <param name="Account">Its account, without the password; null for a guest.</param>
    public sealed record Principal(ulong Id, string Name, long Seen, AccountRecord? Account) : ExportLine;

    /// <summary>A principal blocks another.</summary>
    /// <param name="Record">The block.</param>
    public sealed record Block(BlockRecord Record) : ExportLine;

    /// <summary>A room; its entries follow behind all rooms.</summary>
    /// <param name="Record">The room, with its head, its first entry that is kept, and its retention.</param>
    public sealed record Room(RoomRecord Record) : ExportLine;

    /// <summary>An entry.</summary>
    /// <param name="Value">The entry.</param>
    /// <param name="Frame">The same as it is stored and sent, with its length.</param>
    public sealed record Entry(ChatProtocol.Entry Value, ReadOnlyMemory<byte> Frame) : ExportLine;

    /// <summary>Seqs without entries.</summary>
    /// <param name="RoomId">The room's id.</param>
    /// <param name="First">The first seq.</param>
    /// <param name="Last">The last seq.</param>
    /// <param name="Why">What became of the entries.</param>
    public sealed record Gap(ulong RoomId, ulong First, ulong Last, GapReason Why) : ExportLine;

    /// <summary>The end of a room's entries.</summary>
    /// <param name="RoomId">The room's id.</param>
    /// <param name="Seq">The room's head.</param>
    /// <param name="Entries">How many entries there were.</param>
    public sealed record Head(ulong RoomId, ulong Seq, ulong Entries) : ExportLine;

    /// <summary>The last line.</summary>
    /// <param name="Principals">How many principals there were.</param>
    /// <param name="Blocks">How many blocks.</param>
    /// <param name="Rooms">How many rooms.</param>
    /// <param name="Entries">How many entries.</param>
    public sealed record End(ulong Principals, ulong Blocks, ulong Rooms, ulong Entries) : ExportLine;
}
