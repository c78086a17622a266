using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: an entry of a room's log, said by somebody (CP-MSG-002).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room, from 1 without a hole.</param>
/// <param name="Time">When it was said, in milliseconds since 1970 UTC; never before the entry before it.</param>
/// <param name="From">The principal who said it; <see cref="PrincipalIds"/> tells the server's own.</param>
/// <param name="Name">The principal's name when it was said.</param>
/// <param name="Text">What was said; empty if it was erased.</param>
public sealed record Message(ulong Room, ulong Seq, ulong Time, ulong From, string Name, Text Text) : Entry(Room, Seq, Time, From, Name)
{
    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Message;

    /// <inheritdoc/>
    public override Message ToMessage() => this;

    /// <summary>Whether the text was taken out of it: nobody can say nothing (CP-MSG-004, 009).</summary>
    public bool IsErased => Text.Length == 0;

    // [76, room, seq, time, from, name, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        WriteFields(ref writer, Room, Seq, Time, From);
        writer.Write(Name);
        writer.Write(Text);
    }

    /// <summary>Appends the frame to a buffer without making a record: what a server does for each post.</summary>
    /// <param name="buffer">Where the bytes go, with their length before them.</param>
    /// <param name="room">The room's id.</param>
    /// <param name="seq">The entry's number in the room.</param>
    /// <param name="time">Milliseconds since 1970 UTC.</param>
    /// <param name="from">The principal who says it.</param>
    /// <param name="name">The principal's name in UTF-8, a valid one.</param>
    /// <param name="text">What is said.</param>
    public static void Encode(FrameBuffer buffer, ulong room, ulong seq, ulong time, ulong from, ReadOnlySpan<byte> name, Text text)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var start = buffer.BeginFrame();
        var writer = new MessagePackWriter(buffer);
        WriteFields(ref writer, room, seq, time, from);
        writer.WriteString(name);
        writer.Write(text);
        writer.Flush();
        buffer.EndFrame(start);
    }

    private static void WriteFields(ref MessagePackWriter writer, ulong room, ulong seq, ulong time, ulong from)
    {
        writer.Begin(FrameCode.Message, 6);
        writer.Write(room);
        writer.Write(seq);
        writer.Write(time);
        writer.Write(from);
    }

    internal static Message Read(ref FieldReader reader) => new(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.String("name", Names.MaxLength),
        reader.Text("text"));
}
