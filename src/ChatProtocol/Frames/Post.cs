using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: append a message to a room. Answered by <see cref="Posted"/> once it is durable (CP-MSG-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id, from join or open; a public room need not be joined.</param>
/// <param name="Text">The message's text: not empty, and no longer than the limit <c>text</c>.</param>
/// <param name="Counter">The publisher's count of posts in this room, from 1 without a gap; null for a post that is not deduplicated (CP-DEL-005).</param>
public sealed record Post(ulong Id, ulong Room, Text Text, ulong? Counter) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 10;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text only how long it is.</summary>
    public override string ToString() => $"Post {{ Id = {Id}, Room = {Room}, Counter = {Counter}, Text = {Text.Length} bytes }}";

    // [10, id, room, text, counter?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Text);
        writer.WriteOptional(Counter);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Post(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.Text("text"),
        reader.OptionalUInt("counter"));
}
