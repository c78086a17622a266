namespace ChatProtocol;

/// <summary>
/// One of the numbered things that a room's log holds. All kinds begin alike: <c>[code, room, seq, time, from, name, …]</c>;
/// their codes are that of <see cref="Message"/> and 128 to 191, to the client (CP-MSG-002, 014).
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room, from 1 without a hole, whatever its kind.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC; never before the entry before it.</param>
/// <param name="From">The principal it is from; <see cref="PrincipalIds"/> tells the server's own.</param>
/// <param name="Name">The principal's name at that time.</param>
public abstract record Entry(ulong Room, ulong Seq, ulong Time, ulong From, string Name) : Frame
{
    private const int FirstCode = 128;
    private const int LastCode = 191;

    /// <summary>Whether it stands by itself and counts where entries are counted; otherwise it changes what was said before, and shows nothing (CP-MSG-016).</summary>
    public bool IsSaid => IsSaidCode((int)Code);

    /// <summary>
    /// The entry as a reader sees it that does not know its kind: a message, or null if there is nothing to show (CP-MSG-015).
    /// </summary>
    public abstract Message? ToMessage();

    /// <summary>Whether an entry of this code, which may be of an unknown kind, counts as said.</summary>
    /// <param name="code">The code of an entry.</param>
    public static bool IsSaidCode(int code) => code % 2 == 0;

    /// <summary>Whether frames of this code to a client are entries, known kinds and unknown ones.</summary>
    /// <param name="code">Any code.</param>
    public static bool IsEntryCode(int code) => code is (int)FrameCode.Message or (>= FirstCode and <= LastCode);
}

/// <summary>
/// An entry of a kind that this version does not know. It counts as any other; if it is said, its <see cref="Text"/> is shown
/// in place of what it holds, and otherwise nothing of it (CP-MSG-014, 015).
/// </summary>
/// <param name="RawCode">The code as it came.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The principal it is from.</param>
/// <param name="Name">The principal's name at that time.</param>
/// <param name="Text">What to show of one that is said, empty if it was erased; empty also for one that is not said.</param>
public sealed record UnknownEntry(int RawCode, ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text) : Entry(Room, Seq, Time, From, Name)
{
    /// <inheritdoc/>
    public override FrameCode Code => (FrameCode)RawCode;

    /// <inheritdoc/>
    public override Message? ToMessage() => IsSaid ? new Message(Room, Seq, Time, From, Name, Text) : null;

    internal override void Write(ref MessagePack.MessagePackWriter writer) =>
        throw new InvalidOperationException("An entry of an unknown kind can only be read.");

    /// <summary>CP-MSG-017: what is not known of it stands behind the head and the text.</summary>
    internal static UnknownEntry Read(int code, ref FieldReader reader) => new(
        code,
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.String("name", Names.MaxLength),
        IsSaidCode(code) ? reader.Text("text") : default);
}
