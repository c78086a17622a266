using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: change the settings of a room. Answered by <see cref="Posted"/> with the entry that tells it (CP-ROL-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Title">Its new title, empty for none; null to leave it.</param>
/// <param name="Topic">Its new topic, empty for none; null to leave it.</param>
/// <param name="Moderated">1 to let only its members post, 0 to let everybody; null to leave it.</param>
/// <param name="Archived">1 to let nobody post, 0 to open it again; null to leave it.</param>
/// <param name="Slow">The least milliseconds between two posts of one principal, 0 for none; null to leave it.</param>
/// <param name="EditFor">For how many milliseconds a message can be edited, 0 for ever; null to leave it (CP-AMD-003).</param>
public sealed record ChangeRoom(ulong Id, ulong Room, string? Title, string? Topic, ulong? Moderated, ulong? Archived, ulong? Slow, ulong? EditFor = null) : Request(Id), IKnownFrame
{
    /// <summary>The longest topic, in bytes of UTF-8.</summary>
    public const int MaxTopic = 1024;

    /// <summary>The longest wait that a room may ask for between two posts, in milliseconds: six hours.</summary>
    public const ulong MaxSlow = 21_600_000;

    /// <summary>The longest bounded time for edits, in milliseconds: a year.</summary>
    public const ulong MaxEditFor = 31_536_000_000;

    /// <inheritdoc/>
    public static int FrameCode => 238;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [238, id, room, title?, topic?, moderated?, archived?, slow?, edit-for?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Title);
        writer.Write(Topic);
        writer.WriteOptional(Moderated);
        writer.WriteOptional(Archived);
        writer.WriteOptional(Slow);
        writer.WriteOptional(EditFor);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new ChangeRoom(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.OptionalString("title", Names.MaxLength),
        reader.OptionalString("topic", MaxTopic),
        reader.OptionalUInt("moderated"),
        reader.OptionalUInt("archived"),
        reader.OptionalUInt("slow"),
        reader.OptionalUInt("edit-for"));
}
