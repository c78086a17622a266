using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Verify"/>: the result of the check.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Segments">How many segments (runs of entries) are stored.</param>
/// <param name="Entries">How many entries the undamaged segments hold.</param>
/// <param name="Damaged">How many segments differ from what was stored.</param>
/// <param name="Audit">The number of the first record of the audit log that does not fit its chain; null if all of them do (CP-AUD-006).</param>
public sealed record Verified(ulong Id, ulong Segments, ulong Entries, ulong Damaged, ulong? Audit = null) : Reply(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 90;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [90, id, segments, entries, damaged, audit?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Segments);
        writer.Write(Entries);
        writer.Write(Damaged);
        writer.WriteOptional(Audit);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Verified(
        reader.UInt("id"),
        reader.UInt("segments"),
        reader.UInt("entries"),
        reader.UInt("damaged"),
        reader.OptionalUInt("audit"));
}
