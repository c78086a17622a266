namespace ChatProtocol.Client;

/// <summary>The effect of a call that failed, as far as it is known: whether it had, or may still have, an effect.</summary>
public enum Outcome
{
    /// <summary>It was not sent, or came back untouched: nothing was carried out, and nothing will be.</summary>
    NotSent,
    /// <summary>It was sent and not answered: it may have been carried out, or may still be. A post may be stored.</summary>
    Unknown,
    /// <summary>The server, or the client in its place, refused it: nothing was carried out.</summary>
    Refused,
}
