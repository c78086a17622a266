using MessagePack;

namespace ChatProtocol;

/// <summary>From a client: append a message to a room. Answered by <see cref="Posted"/> once it is durable (CP-MSG-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Room">The room's id, from join or open; a public room need not be joined.</param>
/// <param name="Text">The message's text: not empty, and no longer than the limit <c>text</c>.</param>
/// <param name="Counter">The publisher's count of posts in this room, from 1 without a gap; null for a post without one (CP-DEL-005).</param>
/// <param name="Key">
/// The post's own key, of 1 to <see cref="MaxKey"/> bytes: the same principal's next post with it in the room appends nothing (CP-KEY-003). Null for a
/// post without one; a post has no counter and key at once.
/// </param>
public sealed record Post(ulong Id, ulong Room, Text Text, ulong? Counter, ReadOnlyMemory<byte>? Key = null) : Request(Id), IKnownFrame
{
    /// <summary>The most bytes of a key.</summary>
    public const int MaxKey = 64;

    /// <inheritdoc/>
    public static int FrameCode => 10;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text and the key only how long they are.</summary>
    public override string ToString() =>
        $"Post {{ Id = {Id}, Room = {Room}, Counter = {Counter}, Text = {Text.Length} bytes{(Key is { } key ? $", Key = {key.Length} bytes" : "")} }}";

    // [10, id, room, text, counter?, key?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 5);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Text);
        writer.WriteOptional(Counter);
        writer.WriteOptional(Key);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Post(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.Text("text"),
        reader.OptionalUInt("counter"),
        reader.OptionalKey("key", MaxKey));
}
