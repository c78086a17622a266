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
