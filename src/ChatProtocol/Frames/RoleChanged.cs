using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: the role or restriction of a principal in a room was changed, an entry of its log (CP-ROL-011, CP-ROL-012).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Text">The text for those that do not know this kind; empty if it was erased.</param>
/// <param name="Principal">The principal that it concerns.</param>
/// <param name="Whom">Its name at that time.</param>
/// <param name="Role">Its <see cref="RoomRole"/> from now on.</param>
/// <param name="Restriction">Its <see cref="RoomRestriction"/> from now on.</param>
/// <param name="Until">When the restriction ends, in milliseconds since 1970 UTC; 0 for never or none.</param>
public sealed record RoleChanged(ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text, ulong Principal, string Whom, RoomRole Role, RoomRestriction Restriction, ulong Until) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 130;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"RoleChanged {{ Room = {Room}, Seq = {Seq}, Time = {Time}, From = {From}, Name = {Name}, Text = {Text.Length} bytes }}";

    /// <inheritdoc/>
    public override Message ToMessage() => new(Room, Seq, Time, PrincipalIds.Server, Names.Server, Text.Length == 0 ? default : new Text($"{Name} {Text}"));

    /// <inheritdoc/>
    public override RoleChanged WithoutText() => this with { Text = default };

    // [130, room, seq, time, from, name, text, principal, whom, role, restriction, until]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 11);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Text);
        writer.Write(Principal);
        writer.Write(Whom);
        writer.Write((uint)Role);
        writer.Write((uint)Restriction);
        writer.Write(Until);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new RoleChanged(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.Text("text"),
        reader.UInt("principal"),
        reader.String("whom", Names.MaxLength),
        (RoomRole)reader.UInt31("role"),
        (RoomRestriction)reader.UInt31("restriction"),
        reader.UInt("until"));
}
