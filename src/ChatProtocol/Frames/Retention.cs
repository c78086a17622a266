using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Retain"/>: what a room keeps.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Oldest">The first seq that is kept; what is below it has expired.</param>
/// <param name="Age">Milliseconds that an entry is kept; null for ever.</param>
/// <param name="Count">How many entries are kept; null for all.</param>
/// <param name="Bytes">How many bytes of entries are kept; null for all.</param>
/// <param name="Entries">Of a dry run: how many entries would go; null otherwise.</param>
public sealed record Retention(ulong Id, ulong Oldest, ulong? Age, ulong? Count, ulong? Bytes, ulong? Entries = null) : Reply(Id)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Retention;

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

    internal static Retention Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.UInt("oldest"),
        reader.OptionalUInt("age"),
        reader.OptionalUInt("count"),
        reader.OptionalUInt("bytes"),
        reader.OptionalUInt("entries"));
}
