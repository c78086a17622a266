using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From the server, answering <see cref="Search"/>: the entries found follow directly, as <see cref="Entry"/> frames with no other frame
/// between (CP-SEA-002).
/// </summary>
/// <param name="Id">The request's id.</param>
/// <param name="Count">How many entries follow.</param>
/// <param name="Marks">Where the words stand in their texts, by ascending entry and place (CP-SEA-012).</param>
/// <param name="Next">Where to go on; null if nothing older is left to search. There may be no entry in an answer with a cursor.</param>
/// <param name="MissingFrom">
/// Entries of this time or later may be missing, in milliseconds since 1970 UTC, as the server's index does not have them yet; null if none is.
/// </param>
public sealed record Found(ulong Id, int Count, IReadOnlyList<FoundMark> Marks, ReadOnlyMemory<byte>? Next = null, ulong? MissingFrom = null) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 119;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [119, id, count, [[entry, start, length]…], next?, missing-from?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Count);
        writer.WriteArrayHeader(Marks.Count);
        foreach (var mark in Marks)
        {
            writer.WriteArrayHeader(3);
            writer.Write(mark.Entry);
            writer.Write(mark.Start);
            writer.Write(mark.Length);
        }
        writer.WriteOptional(Next);
        writer.WriteOptional(MissingFrom);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Found(
        reader.UInt("id"),
        reader.UInt31("count"),
        reader.List("marks", FoundMark.Read),
        reader.OptionalBinary("next", Search.MaxCursor),
        reader.OptionalUInt("missing-from"));
}

/// <summary>A place in the text of an entry that was found.</summary>
/// <param name="Entry">The entry, counted from 0 among those that follow.</param>
/// <param name="Start">The first byte, counted from 0 in the text's UTF-8.</param>
/// <param name="Length">How many bytes; at least one.</param>
public readonly record struct FoundMark(int Entry, int Start, int Length)
{
    internal static FoundMark Read(ref FieldReader reader) => new(
        reader.UInt31("entry"),
        reader.UInt31("start"),
        reader.UInt31("length"));
}
