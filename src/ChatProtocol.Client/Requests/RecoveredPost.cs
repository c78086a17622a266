namespace ChatProtocol.Client;

/// <summary>A post whose outcome an earlier run did not learn, and its outcome now that it was sent again. Immutable.</summary>
public sealed record RecoveredPost
{
    internal RecoveredPost(string room, Text text, PostReceipt receipt) => (Room, Text, Receipt) = (room, text, receipt);

    internal RecoveredPost(string room, Text text, ChatException error) => (Room, Text, Error) = (room, text, error);

    /// <summary>The room's address.</summary>
    public string Room { get; }

    /// <summary>The text.</summary>
    public Text Text { get; }

    /// <summary>The entry's place, whether it was stored then or now; null if it is not known to be stored.</summary>
    public PostReceipt? Receipt { get; }

    /// <summary>Why it is not known to be stored; null if it is.</summary>
    public ChatException? Error { get; }

    /// <summary>Tells the outcome; the text stays out of logs.</summary>
    public override string ToString() => $"a post in {Room}: {Error?.Message ?? $"stored as {Receipt?.Seq}"}";
}
