using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a message, an entry of a room's log (CP-MSG-002).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room, from 1 without a gap.</param>
/// <param name="Time">When the entry was appended, in milliseconds since 1970 UTC; never before that of the previous entry.</param>
/// <param name="From">The author's principal; <see cref="PrincipalIds"/> lists the server's own.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Text">The message's text; empty if it was erased.</param>
/// <param name="Reply">The seq of the message that it replies to; null if it is no reply (CP-MSG-018).</param>
/// <param name="Thread">The seq of the message that its thread began with; null if it is in none.</param>
/// <param name="Action">Whether the text says what its author does, as in "ada waves".</param>
public sealed record Message(ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text, ulong? Reply = null, ulong? Thread = null, bool Action = false) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 76;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>What the message carries beside its text; null for nothing, as for most.</summary>
    public MessageDetails? Details { get; init; } = MessageDetails.Of(Reply, Thread, Action);

    /// <summary>The seq of the message that it replies to; null if it is no reply.</summary>
    public ulong? Reply => Details?.Reply;

    /// <summary>The seq of the message that its thread began with; null if it is in none.</summary>
    public ulong? Thread => Details?.Thread;

    /// <summary>Whether the text says what its author does.</summary>
    public bool Action => Details is { Action: true };

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Message {{ Room = {Room}, Seq = {Seq}, Time = {Time}, From = {From}, Name = {Name}, Text = {Text.Length} bytes }}";

    /// <inheritdoc/>
    public override Message ToMessage() => this;

    /// <inheritdoc/>
    public override Message WithoutText() => this with { Text = default };

    /// <summary>Whether the text was erased: no post has an empty text (CP-MSG-004, 009).</summary>
    public bool IsErased => Text.Length == 0;

    // [76, room, seq, time, from, name, text, reply?, thread?, action?]
    internal override void Write(ref MessagePackWriter writer)
    {
        WriteFields(ref writer, Room, Seq, Time, From, Details);
        writer.Write(Name);
        writer.Write(Text);
        if (Details is not null)
            MessageDetails.Write(ref writer, Details);
    }

    /// <summary>Appends the frame to a buffer without making a record, as a server does for each post.</summary>
    /// <param name="buffer">The buffer, which gets the frame's length and then its payload.</param>
    /// <param name="room">The room's id.</param>
    /// <param name="seq">The entry's number in the room.</param>
    /// <param name="time">Milliseconds since 1970 UTC.</param>
    /// <param name="from">The author's principal.</param>
    /// <param name="name">The author's name in UTF-8; must be valid.</param>
    /// <param name="text">The message's text.</param>
    /// <param name="details">What it carries beside the text; null for nothing.</param>
    public static void Encode(FrameBuffer buffer, ulong room, ulong seq, ulong time, ulong from, ReadOnlySpan<byte> name, Text text, MessageDetails? details = null)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var start = buffer.BeginFrame();
        var writer = new MessagePackWriter(buffer);
        WriteFields(ref writer, room, seq, time, from, details);
        writer.WriteString(name);
        writer.Write(text);
        if (details is not null)
            MessageDetails.Write(ref writer, details);
        writer.Flush();
        buffer.EndFrame(start);
    }

    private static void WriteFields(ref MessagePackWriter writer, ulong room, ulong seq, ulong time, ulong from, MessageDetails? details)
    {
        writer.Begin(FrameCode, 6 + (details is null ? 0 : MessageDetails.Fields));
        writer.Write(room);
        writer.Write(seq);
        writer.Write(time);
        writer.Write(from);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Message(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.Text("text"))
    {
        Details = MessageDetails.Read(ref reader),
    };
}
