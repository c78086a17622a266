using System.Text;

namespace ChatProtocol.Client;

/// <summary>Options for a post. Immutable.</summary>
public sealed record PostOptions
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The post's key, of 1 to 64 bytes of UTF-8, or null, the default, for none: the same user's next post with this key in the room stores
    /// nothing and is answered with the place of the first, whenever it comes, also from another process or weeks later, for as long as the
    /// entry is kept. With another text it is refused with <see cref="ErrorCode.KeyConflict"/>. A server that does not know keys is sent
    /// nothing: the post fails with <see cref="ErrorCode.UnsupportedVersion"/>.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>
    /// The position of the post in the input that it is read from, such as the offset behind a line, or null, the default, for none: it tells
    /// <see cref="ChatClient.LastSettledTag"/>. Each post has another one, larger than those before it, but for one that is posted again
    /// after it failed. Kept by the <see cref="ChatClientOptions.Outbox"/>, without which it is a mistake.
    /// </summary>
    public ulong? Tag { get; init; }

    /// <summary>
    /// The seq of a message of the room that the post answers; null, the default, for none. It, <see cref="Thread"/> and <see cref="IsAction"/>
    /// are for a server that has the capability <see cref="Capability.PostDetails"/>: to another one the post is not sent, and fails with
    /// <see cref="ErrorCode.UnsupportedVersion"/>.
    /// </summary>
    public ulong? ReplyTo { get; init; }

    /// <summary>
    /// The seq of the message that the post's thread began with; null, the default, for none. A reply in a thread names its
    /// <see cref="ChatMessage.Thread"/>, and one that begins a thread the message that it answers.
    /// </summary>
    public ulong? Thread { get; init; }

    /// <summary>Whether the text says what the user does, as in "waves"; false by default. It is shown as "ada waves".</summary>
    public bool IsAction { get; init; }

    /// <summary>What the message carries beside its text; null for nothing.</summary>
    internal MessageDetails? Details => (ReplyTo ?? Thread) is null && !IsAction ? null : new MessageDetails(ReplyTo, Thread, IsAction);

    /// <exception cref="ArgumentOutOfRangeException">No seq is 0, or so large.</exception>
    internal void CheckNumbers()
    {
        CheckSeq(ReplyTo, nameof(ReplyTo));
        CheckSeq(Thread, nameof(Thread));
    }

    private static void CheckSeq(ulong? seq, string name)
    {
        ArgumentOutOfRangeException.ThrowIfZero(seq ?? 1, name);
        ArgumentChecks.CheckNumber(seq, name);
    }

    /// <summary>The tag; a key may tell something and stays out of logs.</summary>
    public override string ToString() => $"{(Key is null ? "no key" : "a key")}, {(Tag is { } tag ? $"tag {tag}" : "no tag")}";

    /// <exception cref="ArgumentException">The key has no byte, more than 64, or half a surrogate pair.</exception>
    internal byte[]? KeyBytes()
    {
        if (Key is null)
            return null;
        var bytes = Strict.GetBytes(Key);
        return bytes.Length is > 0 and <= Post.MaxKey ? bytes
            : throw new ArgumentException($"A key has 1 to {Post.MaxKey} bytes of UTF-8; this one has {bytes.Length}.", nameof(Key));
    }
}
