namespace ChatProtocol.Client;

/// <summary>A post that an earlier run did not learn the outcome of, and what became of it now that it was sent again. Immutable.</summary>
public sealed record RecoveredPost
{
    internal RecoveredPost(string room, Text text, PostReceipt receipt) => (Room, Text, Receipt) = (room, text, receipt);

    internal RecoveredPost(string room, Text text, ChatException error) => (Room, Text, Error) = (room, text, error);

    /// <summary>The room's address.</summary>
    public string Room { get; }

    /// <summary>The words.</summary>
    public Text Text { get; }

    /// <summary>Where it stands, whether it was stored then or now; null if it is not known to be stored.</summary>
    public PostReceipt? Receipt { get; }

    /// <summary>Why it is not known to be stored; null if it is.</summary>
    public ChatException? Error { get; }

    /// <summary>Says what became of it; what was said in it stays out of logs.</summary>
    public override string ToString() => $"a post in {Room}: {Error?.Message ?? $"stored as {Receipt?.Seq}"}";
}
