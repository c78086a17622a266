namespace ChatProtocol.Simulation;

/// <summary>
/// Posts one client's texts to one room: many at a time, and after a refusal again from the refused one on (CP-DEL-021).
/// </summary>
internal sealed class Poster(World world, Client client)
{
    // The bound of requests in flight; it may be above the number that the server reads.
    private readonly int _window = 1 + world.Dice.Below(2 * world.Swarm.InFlight);
    private PostStream? _stream;
    private ulong _nextToSend;
    private int _unanswered;
    private bool _isGoingBack;

    public bool IsSettled => _unanswered == 0 && (_stream?.Waiting ?? 0) == 0;

    /// <summary>Makes a new text to post.</summary>
    public void Say(Link link, ClientRoom clientRoom)
    {
        var length = world.Dice.Skewed(world.Swarm.MaxText);
        if (client.Publisher is not { } publisher)
        {
            if (_unanswered < _window)
                Send(link, clientRoom, world.Ledger.Say(clientRoom.Room, link.Principal, clientRoom.Peer, null, length));
            return;
        }
        _stream ??= publisher.StreamOf(clientRoom.Room);
        if (_stream.Waiting < 3 * _window)
            _stream.Add(world.Ledger.Say(clientRoom.Room, link.Principal, clientRoom.Peer, _stream, length));
    }

    /// <summary>Sends waiting posts, up to the window.</summary>
    public void Send(Link link, ClientRoom clientRoom)
    {
        if (_stream is null && client.Publisher is { } publisher && publisher.Streams.ContainsKey(clientRoom.Room))
            _stream = publisher.StreamOf(clientRoom.Room);
        // Repeated posts wait until all earlier ones are answered; otherwise an old answer would be taken for a new one's.
        if (_stream is not { Waiting: > 0 } || _isGoingBack && _unanswered > 0)
            return;
        _nextToSend = _isGoingBack ? _stream.First : Math.Max(_nextToSend, _stream.First);
        _isGoingBack = false;
        for (; _unanswered < _window && _stream.Find(_nextToSend) is { } intended; _nextToSend++)
            Send(link, clientRoom, intended);
    }

    public void Answered(Link link, PendingRequest asked, Frame answer)
    {
        _unanswered--;
        var intended = asked.Intended!;
        if (answer is Posted)
        {
            intended.Stream?.TakeAnswered();
            return;
        }
        if (intended.Stream is null || intended.Stream != _stream)
            return;
        _isGoingBack = true;
        switch (((Error)answer).Reason)
        {
            case ErrorCode.Muted or ErrorCode.BannedFromRoom or ErrorCode.RoomArchived or ErrorCode.RateLimited when _stream.Publisher.Newest != link:
                client.Fenced(link);
                break;
            case ErrorCode.Muted or ErrorCode.BannedFromRoom or ErrorCode.RoomArchived or ErrorCode.RateLimited when intended.Seq != 0 && (_stream.Publisher.MayBeForgotten || _stream.Publisher.IsRestored):
                client.RenewPublisher(link);
                break;
            case ErrorCode.NoSuchUser or ErrorCode.Blocked or ErrorCode.Muted or ErrorCode.BannedFromRoom or ErrorCode.RoomArchived or ErrorCode.RateLimited:
                // Another client with this publisher may have posted it successfully meanwhile.
                if (_stream.Publisher.Newest == link && intended.Seq == 0)
                {
                    _stream.Remove(intended);
                    world.GivenUp++;
                }
                break;
            case ErrorCode.OutOfOrder when ((Error)answer).Value < _stream.First && _stream.Publisher.MayBeForgotten:
            // The room was removed and its counters began anew; then a restore has brought the room and its old counters back.
            case ErrorCode.CounterConflict when _stream.Publisher.IsRestored:
            case ErrorCode.PublisherForgotten:
                client.RenewPublisher(link);
                break;
            case ErrorCode.PublisherFenced:
                client.Fenced(link);
                break;
            case ErrorCode.OutOfOrder or ErrorCode.LogUnavailable or ErrorCode.ShuttingDown or ErrorCode.NoSuchRoom:
                break;
            default:
                throw new Violation(Checker.Answer, $"{intended} is refused with {answer}");
        }
    }

    public void Lost()
    {
        _unanswered = 0;
        _isGoingBack = true;
    }

    /// <summary>Detaches from the publisher, which was replaced.</summary>
    public void Detach()
    {
        _stream = null;
        _nextToSend = 0;
    }

    /// <summary>Gives up the waiting posts: the room is gone for ever.</summary>
    public void GiveUp()
    {
        _stream?.GiveUp();
        _stream?.Publisher.Streams.Remove(_stream.Room);
        Detach();
    }

    public override string ToString() => $"{_unanswered} unanswered, {_stream?.Waiting ?? 0} waiting from {_stream?.First}";

    private void Send(Link link, ClientRoom clientRoom, IntendedPost intended)
    {
        _unanswered++;
        ulong? counter = intended.Stream is null ? null : intended.Counter;
        link.Conversation.Ask(new PendingRequest(new Post(link.Conversation.NextId, clientRoom.Room, intended.Body, counter)) { Intended = intended, ClientRoom = clientRoom });
    }
}
