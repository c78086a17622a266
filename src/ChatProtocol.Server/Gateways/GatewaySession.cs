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
/// Carries out a message: returns the step that it takes, or null if it was dealt with by a word to the client.
/// </param>
internal sealed class GatewaySession<TMessage>(IGatewayLink link, Func<ChatHub, TMessage, GatewayStep?> handle)
{
    private readonly Dictionary<ulong, Pending> _pending = [];

    /// <summary>Messages that were held back. Those in flight bound them.</summary>
    private readonly Queue<TMessage> _held = new();

    private ulong _lastId;

    // How many steps hold input back.
    private int _holds;

    /// <summary>Carries out a message of the client, now or when no step holds input back.</summary>
    public void Receive(ChatHub hub, TMessage message)
    {
        hub.Spoke(link.Session!);
        if (_holds > 0)
            _held.Enqueue(message);
        else if (handle(hub, message) is { } step)
            Take(hub, step, isClients: true);
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
        Answered(pending, ((GatewayRequest)pending.Step).Answered(frame));
        return true;
    }

    private void Answered(Pending pending, GatewayStep? next)
    {
        pending.Next = next;
        pending.IsAnswered = true;
        if (pending.IsClients && next is null)
            link.Replied();
        // The hub may answer before it returns from what it is asked: then Take goes on. Otherwise it must not be entered now.
        if (!pending.IsBeingAsked && (next is not null || pending.Step.HoldsInput))
            link.Follow(hub => GoOn(hub, pending));
    }

    private void Take(ChatHub hub, GatewayStep step, bool isClients)
    {
        var pending = new Pending(step, isClients) { IsBeingAsked = true };
        Hold(step);
        switch (step)
        {
            case GatewayRequest request:
                _pending.Add(++_lastId, pending);
                hub.Receive(link.Session!, request.Make(_lastId));
                break;
            case UserLookup lookup:
                hub.FindUsers(link.Session!, lookup.Names, users => Answered(pending, lookup.Found(users)));
                break;
        }
        pending.IsBeingAsked = false;
        if (pending.IsAnswered)
            GoOn(hub, pending);
    }

    /// <summary>Takes the step that follows from an answer, then lets go of the input that was held for it.</summary>
    private void GoOn(ChatHub hub, Pending answered)
    {
        if (answered.Next is { } next)
            Take(hub, next, answered.IsClients);
        if (!answered.Step.HoldsInput)
            return;
        _holds--;
        while (_holds == 0 && _held.TryDequeue(out var message))
            Receive(hub, message);
    }

    private void Hold(GatewayStep step) => _holds += step.HoldsInput ? 1 : 0;

    private sealed record Pending(GatewayStep Step, bool IsClients)
    {
        public bool IsBeingAsked { get; set; }

        public bool IsAnswered { get; set; }

        public GatewayStep? Next { get; set; }
    }
}
