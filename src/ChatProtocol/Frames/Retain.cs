using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: change or read a room's retention limits. Answered by <see cref="Retention"/> (CP-ADM-013).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Change">Whether the limits given here replace the room's; otherwise the room's are only read.</param>
/// <param name="Age">Milliseconds that an entry is kept; null for ever.</param>
/// <param name="Count">How many entries are kept; null for all.</param>
/// <param name="Bytes">How many bytes of entries are kept; null for all.</param>
/// <param name="DryRun">Whether only to count the entries that these limits would remove, and to change nothing; not together with <paramref name="Change"/>.</param>
public sealed record Retain(ulong Id, ulong Room, bool Change, ulong? Age, ulong? Count, ulong? Bytes, bool DryRun = false) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 50;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [50, id, room, change, age?, count?, bytes?, dry-run?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Change);
        writer.WriteOptional(Age);
        writer.WriteOptional(Count);
        writer.WriteOptional(Bytes);
        writer.Write(DryRun);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Retain(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.Bool("change"),
        reader.OptionalUInt("age"),
        reader.OptionalUInt("count"),
        reader.OptionalUInt("bytes"),
        reader.OptionalBool("dry-run"));
}
