namespace ChatProtocol.Client;

/// <summary>The known effect of a call that failed: whether it had, or may still have, an effect.</summary>
public enum Outcome
{
    /// <summary>The request was not sent, or came back untouched: it was not carried out, and will not be.</summary>
    NotSent,
    /// <summary>The request was sent and not answered: it may have been carried out, or may still be. A post may be stored.</summary>
    Unknown,
    /// <summary>The server, or the client in its place, refused the request: it was not carried out.</summary>
    Refused,
}
