using MessagePack;

namespace ChatProtocol;

/// <summary>From the server: a message has another text by now, an entry of the room's log (CP-AMD-001).</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The entry's number in the room.</param>
/// <param name="Time">When it was appended, in milliseconds since 1970 UTC.</param>
/// <param name="From">The author's principal.</param>
/// <param name="Name">The author's name at that time.</param>
/// <param name="Target">The message's seq.</param>
/// <param name="Text">The message's new text; empty if it was erased.</param>
public sealed record Edited(ulong Room, ulong Seq, ulong Time, ulong From, string Name, ulong Target, Text Text) : Entry(Room, Seq, Time, From, Name), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 131;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Edited {{ Room = {Room}, Seq = {Seq}, Time = {Time}, From = {From}, Name = {Name}, Target = {Target}, Text = {Text.Length} bytes }}";

    /// <inheritdoc/>
    public override Message? ToMessage() => null;

    /// <inheritdoc/>
    public override Edited WithoutText() => this with { Text = default };

    // [131, room, seq, time, from, name, target, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 7);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Time);
        writer.Write(From);
        writer.Write(Name);
        writer.Write(Target);
        writer.Write(Text);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Edited(
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.UInt("time"),
        reader.UInt("from"),
        reader.Name("name"),
        reader.UInt("target"),
        reader.Text("text"));
}
