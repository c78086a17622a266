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
/// <param name="Reply">The seq of the message that it replies to; null if it is no reply (CP-MSG-018).</param>
/// <param name="Thread">The seq of the message that its thread began with; null if it is in none.</param>
/// <param name="Action">Whether the text says what its author does, as in "ada waves".</param>
public sealed record Post(ulong Id, ulong Room, Text Text, ulong? Counter, ReadOnlyMemory<byte>? Key = null, ulong? Reply = null, ulong? Thread = null, bool Action = false) : Request(Id), IKnownFrame
{
    /// <summary>The most bytes of a key.</summary>
    public const int MaxKey = 64;

    // A reference in the place of a memory, as hardly any post has one.
    private readonly byte[]? _key = Key?.ToArray();

    /// <summary>The post's own key; null for a post without one.</summary>
    public ReadOnlyMemory<byte>? Key
    {
        get => _key is { } key ? key : default(ReadOnlyMemory<byte>?);
        init => _key = value?.ToArray();
    }

    /// <summary>What the message carries beside its text; null for nothing, as for most.</summary>
    public MessageDetails? Details { get; init; } = MessageDetails.Of(Reply, Thread, Action);

    /// <summary>The seq of the message that it replies to; null if it is no reply.</summary>
    public ulong? Reply => Details?.Reply;

    /// <summary>The seq of the message that its thread began with; null if it is in none.</summary>
    public ulong? Thread => Details?.Thread;

    /// <summary>Whether the text says what its author does.</summary>
    public bool Action => Details is { Action: true };

    /// <inheritdoc/>
    public static int FrameCode => 10;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    /// <summary>The frame for logs: of the text and the key only how long they are.</summary>
    public override string ToString() =>
        $"Post {{ Id = {Id}, Room = {Room}, Counter = {Counter}, Text = {Text.Length} bytes{(Key is { } key ? $", Key = {key.Length} bytes" : "")} }}";

    // [10, id, room, text, counter?, key?, reply?, thread?, action?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 8);
        writer.Write(Id);
        writer.Write(Room);
        writer.Write(Text);
        writer.WriteOptional(Counter);
        writer.WriteOptional(Key);
        MessageDetails.Write(ref writer, Details);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Post(
        reader.UInt("id"),
        reader.UInt("room"),
        reader.Text("text"),
        reader.OptionalUInt("counter"),
        reader.OptionalKey("key", MaxKey))
    {
        Details = MessageDetails.Read(ref reader),
    };
}
