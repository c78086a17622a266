using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Retain"/>: a room's retention limits.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Oldest">The first seq that is kept; the entries below it have expired.</param>
/// <param name="Age">Milliseconds that an entry is kept; null for ever.</param>
/// <param name="Count">How many entries are kept; null for all.</param>
/// <param name="Bytes">How many bytes of entries are kept; null for all.</param>
/// <param name="Entries">After a dry run, how many entries would be removed; null otherwise.</param>
public sealed record Retention(ulong Id, ulong Oldest, ulong? Age, ulong? Count, ulong? Bytes, ulong? Entries = null) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 92;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [92, id, oldest, age?, count?, bytes?, entries?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 6);
        writer.Write(Id);
        writer.Write(Oldest);
        writer.WriteOptional(Age);
        writer.WriteOptional(Count);
        writer.WriteOptional(Bytes);
        writer.WriteOptional(Entries);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Retention(
        reader.UInt("id"),
        reader.UInt("oldest"),
        reader.OptionalUInt("age"),
        reader.OptionalUInt("count"),
        reader.OptionalUInt("bytes"),
        reader.OptionalUInt("entries"));
}
