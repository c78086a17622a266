using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: the records of the audit log, the newest first. Answered by <see cref="AuditList"/> (CP-AUD-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="After">Only records with a higher number; 0 for all.</param>
/// <param name="Before">Only records with a lower number; null for all.</param>
/// <param name="Name">Only records of acts by or on this name; null for all.</param>
/// <param name="Verb">Only records of this verb, as the registry names it; null for all.</param>
public sealed record Audit(ulong Id, ulong After, ulong? Before, string? Name, string? Verb) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 112;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [112, id, after?, before?, name?, verb?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(After);
        writer.WriteOptional(Before);
        writer.Write(Name);
        writer.Write(Verb);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Audit(
        reader.UInt("id"),
        reader.OptionalUInt("after") ?? 0,
        reader.OptionalUInt("before"),
        reader.OptionalString("name", Names.MaxLength),
        reader.OptionalString("verb", AuditListItem.MaxVerb));
}
