using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// A client's session as its gateway uses it: what every gateway needs, and none does by itself. It gives requests their ids,
/// knows what each answer is for, holds input back, and settles each message of the client once, when nothing follows from
/// it any more. To the hub the client is a native one. Hub's thread only.
/// </summary>
/// <typeparam name="TMessage">The client's messages, as the gateway's protocol parses them.</typeparam>
/// <param name="link">The client's connection.</param>
/// <param name="handle">
/// Carries out a message: returns the request that it makes, or null if it was dealt with by a word to the client.
/// </param>
internal sealed class GatewaySession<TMessage>(IGatewayLink link, Func<ChatHub, TMessage, GatewayRequest?> handle)
{
    private readonly Dictionary<ulong, Pending> _pending = [];

    /// <summary>Messages that were held back. Those in flight bound them.</summary>
    private readonly Queue<TMessage> _held = new();

    private ulong _lastId;

    // How many requests hold input back.
    private int _holds;

    /// <summary>Carries out a message of the client, now or when no request holds input back.</summary>
    public void Receive(ChatHub hub, TMessage message)
    {
        if (_holds > 0)
            _held.Enqueue(message);
        else if (handle(hub, message) is { } request)
            Ask(hub, request, isClients: true);
        else
            link.Replied();
    }

    /// <summary>Makes a request of the gateway's own, once the hub is done with the frame that it is sending.</summary>
    public void AskLater(GatewayRequest request)
    {
        // Input is held from now on, not only when the request is made.
        Hold(request);
        link.Follow(hub => GoOn(hub, new Pending(request, IsClients: false) { Next = request }));
    }

    /// <summary>Takes a frame that is an answer; false if it is an event, or the reason for which the hub closes the session.</summary>
    public bool TryAnswer(Frame frame)
    {
        ulong? id = frame is Reply reply ? reply.Id : (frame as Error)?.Id;
        if (id is null || !_pending.Remove(id.Value, out var pending))
            return false;
        pending.Next = pending.Request.Answered(frame);
        pending.IsAnswered = true;
        if (pending.IsClients && pending.Next is null)
            link.Replied();
        // The hub may answer a request before it returns from it: then Ask goes on. Otherwise it must not be entered now.
        if (!pending.IsBeingAsked && (pending.Next is not null || pending.Request.HoldsInput))
            link.Follow(hub => GoOn(hub, pending));
        return true;
    }

    private void Ask(ChatHub hub, GatewayRequest request, bool isClients)
    {
        var pending = new Pending(request, isClients) { IsBeingAsked = true };
        _pending.Add(++_lastId, pending);
        Hold(request);
        hub.Receive(link.Session!, request.Make(_lastId));
        pending.IsBeingAsked = false;
        if (pending.IsAnswered)
            GoOn(hub, pending);
    }

    /// <summary>Makes the request that follows from an answer, then lets go of the input that was held for it.</summary>
    private void GoOn(ChatHub hub, Pending answered)
    {
        if (answered.Next is { } next)
            Ask(hub, next, answered.IsClients);
        if (!answered.Request.HoldsInput)
            return;
        _holds--;
        while (_holds == 0 && _held.TryDequeue(out var message))
            Receive(hub, message);
    }

    private void Hold(GatewayRequest request) => _holds += request.HoldsInput ? 1 : 0;

    private sealed record Pending(GatewayRequest Request, bool IsClients)
    {
        public bool IsBeingAsked { get; set; }

        public bool IsAnswered { get; set; }

        public GatewayRequest? Next { get; set; }
    }
}
