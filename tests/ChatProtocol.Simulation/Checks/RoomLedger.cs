using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>The truth about one room.</summary>
internal sealed class RoomLedger(ulong id)
{
    private readonly List<(Segment Segment, Saying Saying)> _entries = [];
    private readonly HashSet<ulong> _pastEpochs = [];
    private ulong _time;

    public ulong Id => id;

    /// <summary>The seq of the last entry on the disk.</summary>
    public ulong Head => (ulong)_entries.Count;

    /// <summary>The seq of the last entry that the hub knows to be committed.</summary>
    public ulong Told { get; set; }

    /// <summary>The room's epoch as first seen; null if it was not seen yet.</summary>
    public ulong? Epoch { get; set; }

    public bool IsPrivate => _entries.Count > 0 && _entries[0].Saying.Peer is not null;

    public Saying this[ulong seq] => _entries[(int)seq - 1].Saying;

    public void Add(Segment segment, int index, Message message, Saying saying)
    {
        if (message.Seq != Head + 1)
            throw new Violation(message.Seq > Head + 1 ? Checker.Hole : Checker.TwoContents, $"entry {message.Seq} of room {id} is stored behind {Head}");
        if (message.Room != id || saying.Room != id || message.From != saying.Principal)
            throw new Violation(Checker.Phantom, $"{saying} is entry {message.Seq} of room {id}, said by {message.From}");
        if (message.Time < _time)
            throw new Violation(Checker.Time, $"entry {message.Seq} of room {id} was said {_time - message.Time} ms before the one before it");
        // A text repeated after the server may have forgotten its publisher may be stored twice (CP-DEL-010).
        if (saying is { Counter: 1, Stream.Publisher.MayBeForgotten: true })
            saying.Stream.Applied = 0;
        if (saying.Seq != 0 && saying.Stream is not { Publisher.MayBeForgotten: true })
            throw new Violation(Checker.Duplicate, $"{saying} is entry {saying.Seq} and entry {message.Seq}");
        if (saying.Fate == Fate.Refused)
            throw new Violation(Checker.Phantom, $"{saying} is entry {message.Seq}");
        if (saying.Stream is { } stream && ++stream.Applied != saying.Counter)
            throw new Violation(Checker.Reorder, $"{saying} is entry {message.Seq}, behind counter {stream.Applied - 1}");
        saying.Seq = message.Seq;
        saying.Time = _time = message.Time;
        saying.AnswerFirst = saying.Stream is { Publisher.MayBeForgotten: true } ? null : saying.CameBy;
        _entries.Add((segment, saying));
    }

    /// <summary>Checks an epoch that the server has sent for the room.</summary>
    public void SeeEpoch(ulong epoch)
    {
        if (Epoch is null && _pastEpochs.Contains(epoch))
            throw new Violation(Checker.Epoch, $"room {id} has its old epoch after a restore");
        if (Epoch is { } known && known != epoch)
            throw new Violation(Checker.Epoch, $"room {id} has another epoch without cause");
        Epoch = epoch;
    }

    /// <summary>Checks entries that are sent to a connection.</summary>
    public void Tell(Link to, Segment segment, int index, int count)
    {
        var first = segment.First + (ulong)index;
        if (first + (ulong)count - 1 > Head)
            throw new Violation(Checker.NotDurable, $"entries from {first} of room {id} are told, and the disk ends with {Head}");
        var stored = _entries[(int)first - 1].Segment;
        if (stored.First != segment.First || stored.Count != segment.Count || !stored.Slice(index, count).Span.SequenceEqual(segment.Slice(index, count).Span))
            throw new Violation(Checker.TwoContents, $"entries from {first} of room {id} are told otherwise than they are stored");
        for (var i = 0; i < count; i++)
        {
            var saying = _entries[(int)first - 1 + i].Saying;
            if (saying.AnswerFirst == to)
                throw new Violation(Checker.OwnEntry, $"{saying} is told to its author, who still waits for the answer");
            if (saying.Peer is { } peer && to.Principal != peer && to.Principal != saying.Principal)
                throw new Violation(Checker.Privacy, $"{saying} is told to principal {to.Principal}, and was meant for {peer}");
        }
    }

    public void Restore(ulong head)
    {
        if (Epoch is { } epoch)
            _pastEpochs.Add(epoch);
        Epoch = null;
        foreach (var (_, saying) in _entries.Skip((int)head))
        {
            saying.Seq = 0;
            saying.AnswerFirst = null;
        }
        _entries.RemoveRange((int)head, _entries.Count - (int)head);
        _time = head == 0 ? 0 : this[head].Time;
        Told = head;
        foreach (var (_, saying) in _entries)
            if (saying.Stream is { } stream)
                stream.Applied = Math.Max(stream.Applied, saying.Counter);
    }
}
