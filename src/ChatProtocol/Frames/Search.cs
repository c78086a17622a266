using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: the entries whose texts contain some words, newest first. Answered by <see cref="Found"/> (CP-SEA-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Query">The words; a part in quotation marks is found as a whole (CP-SEA-003).</param>
/// <param name="Count">The most entries wanted: 1 to the limit <c>page</c>.</param>
/// <param name="Room">The room's id, which need not be joined; null for every room that the asker's list of rooms shows.</param>
/// <param name="Author">Only entries by this name; null for all.</param>
/// <param name="Since">Only entries at or after this time, in milliseconds since 1970 UTC.</param>
/// <param name="Until">Only entries before this time, in milliseconds since 1970 UTC.</param>
/// <param name="Kind">Only entries with this code; null for all.</param>
/// <param name="Before">Where an earlier answer ended (<see cref="Found.Next"/>); null for the newest.</param>
public sealed record Search(
    ulong Id, Text Query, int Count, ulong? Room = null, string? Author = null, ulong? Since = null, ulong? Until = null, ulong? Kind = null, ReadOnlyMemory<byte>? Before = null)
    : Request(Id), IKnownFrame
{
    /// <summary>The most bytes of a cursor.</summary>
    public const int MaxCursor = 64;

    /// <inheritdoc/>
    public static int FrameCode => 15;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the query only how long it is.</summary>
    public override string ToString() => $"Search {{ Id = {Id}, Query = {Query.Length} bytes, Room = {Room} }}";

    // [15, id, query, count, room?, author?, since?, until?, kind?, before?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 9);
        writer.Write(Id);
        writer.Write(Query);
        writer.Write(Count);
        writer.WriteOptional(Room);
        writer.Write(Author);
        writer.WriteOptional(Since);
        writer.WriteOptional(Until);
        writer.WriteOptional(Kind);
        writer.WriteOptional(Before);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Search(
        reader.UInt("id"),
        reader.Text("query"),
        reader.UInt31("count"),
        reader.OptionalUInt("room"),
        reader.OptionalString("author", Names.MaxLength),
        reader.OptionalUInt("since"),
        reader.OptionalUInt("until"),
        reader.OptionalUInt("kind"),
        reader.OptionalBinary("before", MaxCursor));
}
