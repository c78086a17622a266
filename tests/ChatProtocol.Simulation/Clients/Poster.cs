namespace ChatProtocol.Simulation;

/// <summary>
/// Says what one client has to say in one room: many at a time, and from the first refused one on again (CP-DEL-021).
/// </summary>
internal sealed class Poster(World world, Client client)
{
    // Requests in flight; one may ask for more than the server reads.
    private readonly int _window = 1 + world.Dice.Below(2 * world.Swarm.InFlight);
    private PostStream? _stream;
    private ulong _nextToSend;
    private int _unanswered;
    private bool _isGoingBack;

    public bool IsSettled => _unanswered == 0 && (_stream?.Waiting ?? 0) == 0;

    /// <summary>Something new to say.</summary>
    public void Say(Link link, Place place)
    {
        var length = world.Dice.Skewed(world.Swarm.MaxText);
        if (client.Publisher is not { } publisher)
        {
            if (_unanswered < _window)
                Send(link, place, world.Ledger.Say(place.Room, link.Principal, place.Peer, null, length));
            return;
        }
        _stream ??= publisher.StreamOf(place.Room);
        if (_stream.Waiting < 3 * _window)
            _stream.Add(world.Ledger.Say(place.Room, link.Principal, place.Peer, _stream, length));
    }

    /// <summary>Sends on.</summary>
    public void Send(Link link, Place place)
    {
        if (_stream is null && client.Publisher is { } publisher && publisher.Streams.ContainsKey(place.Room))
            _stream = publisher.StreamOf(place.Room);
        // While answers to what was sent before are still to come, they would be taken for answers to what is sent again.
        if (_stream is not { Waiting: > 0 } || _isGoingBack && _unanswered > 0)
            return;
        _nextToSend = _isGoingBack ? _stream.First : Math.Max(_nextToSend, _stream.First);
        _isGoingBack = false;
        for (; _unanswered < _window && _stream.Find(_nextToSend) is { } saying; _nextToSend++)
            Send(link, place, saying);
    }

    public void Answered(Link link, Asked asked, Frame answer)
    {
        _unanswered--;
        var saying = asked.Saying!;
        if (answer is Posted)
        {
            saying.Stream?.TakeAnswered();
            return;
        }
        if (saying.Stream is null || saying.Stream != _stream)
            return;
        _isGoingBack = true;
        switch (((Error)answer).Reason)
        {
            case ErrorCode.NoSuchUser or ErrorCode.Blocked:
                // Another client with this publisher may have said it with more success meanwhile, and a server whose disk
                // has failed does not know what it has.
                if (_stream.Publisher.Newest == link && saying.Seq == 0)
                {
                    _stream.Remove(saying);
                    world.GivenUp++;
                }
                break;
            case ErrorCode.OutOfOrder when ((Error)answer).Value < _stream.First && _stream.Publisher.MayBeForgotten:
            // The room was removed, its counters were begun anew, and a backup has brought both back.
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
                throw new Violation(Checker.Answer, $"{saying} is refused with {answer}");
        }
    }

    public void Lost()
    {
        _unanswered = 0;
        _isGoingBack = true;
    }

    /// <summary>The publisher is another one now.</summary>
    public void Detach()
    {
        _stream = null;
        _nextToSend = 0;
    }

    /// <summary>The room is gone for ever, with whatever was to be said there.</summary>
    public void GiveUp()
    {
        _stream?.GiveUp();
        _stream?.Publisher.Streams.Remove(_stream.Room);
        Detach();
    }

    public override string ToString() => $"{_unanswered} unanswered, {_stream?.Waiting ?? 0} waiting from {_stream?.First}";

    private void Send(Link link, Place place, Saying saying)
    {
        _unanswered++;
        ulong? counter = saying.Stream is null ? null : saying.Counter;
        link.Conversation.Ask(new Asked(new Post(link.Conversation.NextId, place.Room, saying.Body, counter)) { Saying = saying, Place = place });
    }
}
