using System.Text;

namespace ChatProtocol.Client;

/// <summary>A post whose outcome an earlier run did not learn, and its outcome now that it was sent again. Immutable.</summary>
public sealed record RecoveredPost
{
    internal RecoveredPost(string room, Text text, PostReceipt receipt) => (Room, Text, Receipt) = (room, text, receipt);

    internal RecoveredPost(UnsettledPost post, PostReceipt receipt) : this(post.Address, post.Text, receipt) => (Key, Tag) = (KeyOf(post), post.Tag);

    internal RecoveredPost(UnsettledPost post, ChatException error) => (Room, Text, Error, Key, Tag) = (post.Address, post.Text, error, KeyOf(post), post.Tag);

    /// <summary>The room's address.</summary>
    public string Room { get; }

    /// <summary>The text.</summary>
    public Text Text { get; }

    /// <summary>Its <see cref="PostOptions.Key"/>; null for none.</summary>
    public string? Key { get; }

    /// <summary>Its <see cref="PostOptions.Tag"/>; null for none.</summary>
    public ulong? Tag { get; }

    /// <summary>The entry's place, whether it was stored then or now; null if it is not known to be stored.</summary>
    public PostReceipt? Receipt { get; }

    /// <summary>Why it is not known to be stored; null if it is.</summary>
    public ChatException? Error { get; }

    /// <summary>Tells the outcome; the text and the key stay out of logs.</summary>
    public override string ToString() => $"a post in {Room}: {Error?.Message ?? $"stored as {Receipt?.Seq}"}";

    private static string? KeyOf(UnsettledPost post) => post.Key is { } key ? Encoding.UTF8.GetString(key.Span) : null;
}
