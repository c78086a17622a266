namespace ChatProtocol;

/// <summary>
/// A numbered item of a room's log. All kinds begin alike: <c>[code, room, seq, time, from, name, …]</c>; their codes, to
/// the client, are that of <see cref="Message"/> and 128 to 191 (CP-MSG-002, 014).
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room, from 1 without a gap, over all kinds.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC; never before that of the previous entry.</param>
/// <param name="From">The author's principal; <see cref="PrincipalIds"/> lists the server's own.</param>
/// <param name="Name">The author's name at that time.</param>
public abstract record Entry(ulong Room, ulong Seq, ulong Time, ulong From, string Name) : Frame
{
    private const int FirstCode = 128;
    private const int LastCode = 191;

    /// <summary>
    /// Whether the entry stands by itself and counts where entries are counted; otherwise it amends an earlier entry and
    /// shows nothing by itself (CP-MSG-016).
    /// </summary>
    public bool IsSaid => IsSaidCode(Code);

    /// <summary>
    /// The entry as shown by a client that does not know its kind: a message, or null if there is nothing to show (CP-MSG-015).
    /// </summary>
    public abstract Message? ToMessage();

    /// <summary>The entry as it is once it was erased: with its place and its author, and without any words (CP-MSG-009).</summary>
    public abstract Entry WithoutText();

    /// <summary>Whether an entry of this code, of a known kind or not, stands by itself and counts.</summary>
    /// <param name="code">The code of an entry.</param>
    public static bool IsSaidCode(int code) => code % 2 == 0;

    /// <summary>Whether frames of this code to a client are entries, of a known kind or not.</summary>
    /// <param name="code">Any code.</param>
    public static bool IsEntryCode(int code) => code == Message.FrameCode || code is >= FirstCode and <= LastCode;
}

/// <summary>
/// An entry of a kind that this version does not know. It counts as any other entry. If it stands by itself
/// (<see cref="Entry.IsSaid"/>), its <see cref="Text"/> is shown in place of its content; otherwise nothing is shown (CP-MSG-014, 015).
/// </summary>
/// <param name="Code">The code as received.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Text">The text to show if the entry stands by itself, empty if it was erased; empty if it does not.</param>
public sealed record UnknownEntry(int Code, ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text) : Entry(Room, Seq, Time, From, Name)
{
    /// <inheritdoc/>
    public override int Code { get; } = Code;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"UnknownEntry {{ Code = {Code}, Room = {Room}, Seq = {Seq}, Time = {Time}, From = {From}, Name = {Name}, Text = {Text.Length} bytes }}";

    /// <inheritdoc/>
    public override Message? ToMessage() => IsSaid ? new Message(Room, Seq, Time, From, Name, Text) : null;

    /// <inheritdoc/>
    public override UnknownEntry WithoutText() => this with { Text = default };

    internal override void Write(ref MessagePack.MessagePackWriter writer) =>
        throw new InvalidOperationException("An entry of an unknown kind can only be read.");

    /// <summary>CP-MSG-017: the unknown fields stand behind the head and the text.</summary>
    internal static UnknownEntry Read(int code, ref FieldReader reader) => new(
        code,
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        IsSaidCode(code) ? reader.Text("text") : default);
}
