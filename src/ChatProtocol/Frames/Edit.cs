using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: replace the text of one of its own messages. Answered by <see cref="Posted"/> once it is durable (CP-AMD-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id.</param>
/// <param name="Seq">The message's seq.</param>
/// <param name="Text">The message's new text: not empty, and no longer than the limit <c>text</c>.</param>
public sealed record Edit(ulong Id, ulong Room, ulong Seq, Text Text) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 1;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Edit {{ Id = {Id}, Room = {Room}, Seq = {Seq}, Text = {Text.Length} bytes }}";

    // [1, id, room, seq, text]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Seq);
        writer.Write(Text);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Edit(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.UInt("seq"),
        reader.Text("text"));
}
