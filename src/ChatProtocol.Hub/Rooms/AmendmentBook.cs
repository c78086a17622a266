namespace ChatProtocol.Hub;

/// <summary>
/// What has become of messages. The log has it; in memory is what is under way, what was stored since a look-up was asked for that is
/// not answered, and which messages are being erased: nothing amends those any more.
/// </summary>
internal sealed class AmendmentBook(GroupCommit groupCommit, DirectoryLookups lookups)
{
    private readonly RecentRecords<(ulong Room, ulong Seq), AmendmentRecord> _amendments = new(lookups);
    private readonly RecentRecords<(ulong Room, ulong Seq, ulong Principal), IReadOnlyList<string>> _own = new(lookups);

    /// <summary>The erasures of each message that are under way, or were until a look-up was asked for that is not answered.</summary>
    private readonly Dictionary<(ulong Room, ulong Seq), int> _erasures = [];
    private readonly Queue<(ulong Room, ulong Seq, long Mark)> _ending = new();

    /// <summary>The query for a message; null if that is answered.</summary>
    public DirectoryQuery? Needs(ulong room, ulong seq, Principal asker) => QueryFor(room, seq, asker) is var query && lookups.AnswerTo(query) is null ? query : null;

    /// <summary>A message as it is by now, or the one that an edit is of; null if there is none that can be amended.</summary>
    public StoredMessage? Find(Room room, ulong seq, Principal asker)
    {
        if (seq > room.Committed || seq < room.Oldest || lookups.AnswerTo(QueryFor(room.Id, seq, asker))?.Message is not { } found || _erasures.ContainsKey((room.Id, found.Target)))
            return null;
        var amendment = _amendments.TryFind((room.Id, found.Target), out var newest) ? newest : found.Amendment;
        return found with
        {
            Amendment = amendment?.Edits.Any(edit => _erasures.ContainsKey((room.Id, edit))) == true ? amendment.WithoutText() : amendment,
            Own = _own.TryFind((room.Id, found.Target, asker.Id), out var own) ? own : found.Own,
            Pins = found.Pins + _amendments.UnderWay.Count(one => one.Room == room.Id && one.IsPinned),
        };
    }

    /// <summary>A message was amended by an entry of the open batch.</summary>
    public void Keep(AmendmentRecord record)
    {
        _amendments.Set((record.Room, record.Seq), record);
        groupCommit.Open.Add(new LogChange.KeepAmendment(record));
    }

    /// <summary>A principal reacts to a message in these ways, by the open batch.</summary>
    public void KeepOwn(ReactionRecord reaction, bool on, IReadOnlyList<string> own)
    {
        _own.Set((reaction.Room, reaction.Seq, reaction.Principal), own);
        groupCommit.Open.Add(new LogChange.SetReaction(reaction, on) { Own = own });
    }

    /// <summary>Messages or edits are about to be erased: what is still to be stored of them loses its text.</summary>
    public void BeginErasure(ulong room, IReadOnlyCollection<ulong> seqs)
    {
        foreach (var seq in seqs)
            _erasures[(room, seq)] = _erasures.GetValueOrDefault((room, seq)) + 1;
        foreach (var record in _amendments.Newest.Where(one => one.Room == room && one.Text is not null && (IsErased(one.Seq) || one.Edits.Any(IsErased))).ToList())
            Keep(record.WithoutText());

        bool IsErased(ulong seq) => _erasures.ContainsKey((room, seq));
    }

    /// <summary>The erasure is stored, or lost.</summary>
    public void EndErasure(ulong room, IEnumerable<ulong> seqs, bool isStored)
    {
        foreach (var seq in seqs)
            if (isStored)
                _ending.Enqueue((room, seq, lookups.Mark - 1));
            else
                End(room, seq);
        Sweep();
    }

    /// <summary>The batch is durable.</summary>
    public void Committed(LogBatch batch)
    {
        foreach (var change in batch.Changes)
            if (change is LogChange.KeepAmendment { Record: var record })
                _amendments.Stored((record.Room, record.Seq), record);
            else if (change is LogChange.SetReaction { Record: var reaction, Own: { } own })
                _own.Stored((reaction.Room, reaction.Seq, reaction.Principal), own);
        Sweep();
    }

    /// <summary>Nothing that was under way is stored.</summary>
    public void NotStored()
    {
        _amendments.NotStored();
        _own.NotStored();
    }

    /// <summary>A room was removed.</summary>
    public void Forget(ulong room)
    {
        _amendments.Forget(key => key.Room == room);
        _own.Forget(key => key.Room == room);
    }

    private static DirectoryQuery.Message QueryFor(ulong room, ulong seq, Principal asker) => new(room, seq, asker.Id);

    private void Sweep()
    {
        _amendments.Sweep();
        _own.Sweep();
        while (_ending.TryPeek(out var next) && lookups.IsQuiet(next.Mark))
        {
            _ending.Dequeue();
            End(next.Room, next.Seq);
        }
    }

    private void End(ulong room, ulong seq)
    {
        if (_erasures.TryGetValue((room, seq), out var count) && count > 1)
            _erasures[(room, seq)] = count - 1;
        else
            _erasures.Remove((room, seq));
    }
}
