using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the settings of a room were changed, an entry of its log (CP-ROL-010).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Text">The text for those that do not know this kind; empty if it was erased.</param>
/// <param name="Title">Its new title, empty for none; null to leave it.</param>
/// <param name="Topic">Its new topic, empty for none; null to leave it.</param>
/// <param name="Moderated">1 to let only its members post, 0 to let everybody; null to leave it.</param>
/// <param name="Archived">1 to let nobody post, 0 to open it again; null to leave it.</param>
/// <param name="Slow">The least milliseconds between two posts of one principal, 0 for none; null to leave it.</param>
/// <param name="EditFor">For how many milliseconds a message can be edited, 0 for ever; null to leave it.</param>
public sealed record RoomChanged(ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text, string? Title, string? Topic, ulong? Moderated, ulong? Archived, ulong? Slow, ulong? EditFor = null) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 128;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"RoomChanged {{ Room = {Room}, Seq = {Seq}, Time = {Time}, From = {From}, Name = {Name}, Text = {Text.Length} bytes }}";

    /// <inheritdoc/>
    public override Message ToMessage() => new(Room, Seq, Time, PrincipalIds.Server, Names.Server, Text.Length == 0 ? default : new Text($"{Name} {Text}"));

    /// <inheritdoc/>
    public override RoomChanged WithoutText() => this with { Text = default, Title = null, Topic = null };

    // [128, room, seq, time, from, name, text, title?, topic?, moderated?, archived?, slow?, edit-for?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 12);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Text);
        writer.Write(Title);
        writer.Write(Topic);
        writer.WriteOptional(Moderated);
        writer.WriteOptional(Archived);
        writer.WriteOptional(Slow);
        writer.WriteOptional(EditFor);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoomChanged(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.Text("text"),
        reader.OptionalString("title", Names.MaxLength),
        reader.OptionalString("topic", ChangeRoom.MaxTopic),
        reader.OptionalUInt("moderated"),
        reader.OptionalUInt("archived"),
        reader.OptionalUInt("slow"),
        reader.OptionalUInt("edit-for"));
}
