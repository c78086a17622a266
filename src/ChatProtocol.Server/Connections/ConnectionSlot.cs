using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>A connection's slot in the server, from accept to close. Its state belongs to its <see cref="ConnectionLimiter"/>.</summary>
internal sealed class ConnectionSlot(ConnectionLimiter limiter, Action giveWay) : IDisposable
{
    /// <summary>Whether only users that the server knows may keep the slot.</summary>
    public bool IsOnTrial { get; init; }

    public Origin Origin { get; set; }

    public ConnectionLimiter.Tally? Tally { get; set; }

    public LinkedListNode<ConnectionSlot>? Trial { get; set; }

    public bool IsPending { get; set; }

    public bool IsSilent { get; set; }

    public bool IsGone { get; set; }

    /// <summary>The client has logged in.</summary>
    public void LogIn() => limiter.LogIn(this);

    /// <summary>Whether the client may stay silent.</summary>
    public bool TryBeginSilence() => limiter.TryBeginSilence(this);

    /// <summary>The client has spoken.</summary>
    public void EndSilence() => limiter.EndSilence(this);

    public void GiveWay() => giveWay();

    public void Dispose() => limiter.Release(this);
}
