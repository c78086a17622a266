using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: a page of a room's past. Answered by <see cref="Page"/> (CP-HIS-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id; a public room need not be joined.</param>
/// <param name="Count">The most entries wanted: 1 to the limit <c>page</c>.</param>
/// <param name="Before">The last <paramref name="Count"/> entries below this seq; null for those up to the head.</param>
/// <param name="After">The first <paramref name="Count"/> entries above this seq; not together with <paramref name="Before"/>.</param>
/// <param name="Since">Only entries at or after this time, in milliseconds since 1970 UTC; without <paramref name="Before"/> the first <paramref name="Count"/> of them.</param>
/// <param name="Until">Only entries before this time, in milliseconds since 1970 UTC (CP-HIS-006).</param>
public sealed record History(ulong Id, ulong Room, int Count, ulong? Before, ulong? After, ulong? Since = null, ulong? Until = null) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 14;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [14, id, room, count, before?, after?, since?, until?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Count);
        writer.WriteOptional(Before);
        writer.WriteOptional(After);
        writer.WriteOptional(Since);
        writer.WriteOptional(Until);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new History(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt31("count"),
        reader.OptionalUInt("before"),
        reader.OptionalUInt("after"),
        reader.OptionalUInt("since"),
        reader.OptionalUInt("until"));
}
