namespace ChatProtocol.Torture;

/// <summary>
/// Checks a history: takes a journal and returns verdicts, from no other input. The journal ends with the final reader,
/// which has read every room from seq 1.
/// </summary>
internal sealed class Checker
{
    /// <summary>The name of the reader that reads every room at the end.</summary>
    public const string FinalReader = "final";

    private readonly List<Verdict> _verdicts = [];
    private readonly Timeline _timeline = new();
    private readonly Dictionary<Op, ulong> _invoked = [];
    private readonly Dictionary<(ulong Room, int Origin, ulong Seq), (Op Op, ulong Time)> _contents = [];
    private readonly Dictionary<(ulong Room, ulong Seq), Delivered> _log = [];
    private readonly Dictionary<Op, Acked> _acks = [];
    private readonly Dictionary<(string Who, ulong Room), (ulong Seq, ulong Time)> _cursors = [];
    private readonly Dictionary<(ulong Room, int Era), ulong> _epochs = [];
    private readonly Dictionary<ulong, ulong> _heads = [];

    private Checker()
    {
    }

    public static IReadOnlyList<Verdict> Check(IReadOnlyList<JournalEntry> journal)
    {
        var checker = new Checker();
        foreach (var entry in journal)
            checker._timeline.Add(entry);
        foreach (var entry in journal)
            checker.Take(entry);
        checker.CheckEpochs();
        checker.CheckLog();
        // An aborted run has no final reading to compare with.
        if (checker._heads.Count > 0)
            foreach (var entry in journal)
                checker.CheckIsStillThere(entry);
        return checker._verdicts;
    }

    private void Take(JournalEntry entry)
    {
        switch (entry)
        {
            case Invoked invoked: _invoked[invoked.Op] = invoked.Hash; break;
            case Acked acked: Take(acked); break;
            case Entered entered: Take(entered); break;
            case Joined joined: _cursors[(joined.Who, joined.Room)] = (joined.After, 0); break;
            case Delivered delivered: Take(delivered); break;
            case Refused refused: AddFault(Fault.Refused, $"{refused.Who}: {refused.What}"); break;
            case Broke broke: AddFault(Fault.Broke, $"{broke.Who}: {broke.What}"); break;
            default: break;
        }
    }

    private void Take(Acked acked)
    {
        var era = _timeline.EraOf(acked);
        if (acked.Seq is not { } seq || acked.Time is not { } time)
        {
            // Writers repeat only posts that the server has to remember.
            AddFault(Fault.AckDiffers, $"{acked.Op} was acknowledged without a seq");
            return;
        }
        if (_acks.TryGetValue(acked.Op, out var before) && before.Room == acked.Room
            && _timeline.Survives(acked.Room, _timeline.EraOf(before), before.Seq!.Value, era) && (before.Seq != seq || before.Time != time))
            AddFault(Fault.AckDiffers, $"{acked.Op} was {Place(acked.Room, before.Seq.Value)} at {before.Time} and is {Place(acked.Room, seq)} at {time}");
        _acks[acked.Op] = acked;
        TakeContent(acked.Room, era, seq, acked.Op, time);
    }

    private void Take(Entered entered)
    {
        // A room without an entry is not stored, and may begin anew.
        if (entered.Head > 0)
            TakeEpoch(entered.Room, entered.Era, entered.Epoch);
        if (entered.Who == FinalReader)
            _heads[entered.Room] = entered.Head;
    }

    private void Take(Delivered delivered)
    {
        if (!_invoked.TryGetValue(delivered.Op, out var hash) || hash != delivered.Hash)
            AddFault(Fault.Phantom, $"{delivered.Who} was given {Place(delivered.Room, delivered.Seq)}, which nobody posted");
        TakeContent(delivered.Room, delivered.Era, delivered.Seq, delivered.Op, delivered.Time);
        // A room that was joined before its first entry was stored may return under another id; it then begins at seq 1.
        var (seq, time) = _cursors.GetValueOrDefault((delivered.Who, delivered.Room));
        if (delivered.Seq != seq + 1)
            AddFault(delivered.Seq > seq ? Fault.Hole : delivered.Seq == seq ? Fault.Duplicate : Fault.Reorder,
                $"{delivered.Who} was given {Place(delivered.Room, delivered.Seq)} behind {seq}");
        if (delivered.Time < time)
            AddFault(Fault.TimeBack, $"{delivered.Who} was given {Place(delivered.Room, delivered.Seq)} of {delivered.Time} behind one of {time}");
        _cursors[(delivered.Who, delivered.Room)] = (delivered.Seq, delivered.Time);
        if (delivered.Who == FinalReader)
            _log[(delivered.Room, delivered.Seq)] = delivered;
    }

    private void TakeContent(ulong room, int era, ulong seq, Op op, ulong time)
    {
        var key = (room, _timeline.Origin(room, era, seq), seq);
        if (!_contents.TryAdd(key, (op, time)) && _contents[key] != (op, time))
            AddFault(Fault.TwoContents, $"{Place(room, seq)} is {_contents[key]} and {(op, time)}");
    }

    private void TakeEpoch(ulong room, int era, ulong epoch)
    {
        if (!_epochs.TryAdd((room, era), epoch) && _epochs[(room, era)] != epoch)
        {
            AddFault(Fault.EpochChanged, $"room {room} had epoch {_epochs[(room, era)]} and has {epoch}, and nothing was restored");
            _epochs[(room, era)] = epoch;
        }
    }

    private void CheckEpochs()
    {
        foreach (var kept in _epochs.GroupBy(epoch => (epoch.Key.Room, epoch.Value)).Where(eras => eras.Count() > 1))
            AddFault(Fault.EpochKept, $"room {kept.Key.Room} has epoch {kept.Key.Value} before and after a restore");
    }

    /// <summary>Checks the final reader's entries by themselves.</summary>
    private void CheckLog()
    {
        var seqs = new Dictionary<Op, ulong>();
        var last = new Dictionary<(int Writer, ulong Room), int>();
        foreach (var entry in _log.Values.OrderBy(e => e.Room).ThenBy(e => e.Seq))
        {
            if (!seqs.TryAdd(entry.Op, entry.Seq))
                AddFault(Fault.AppliedTwice, $"{entry.Op} is {Place(entry.Room, seqs[entry.Op])} and {Place(entry.Room, entry.Seq)}");
            else if (last.TryGetValue((entry.Op.Writer, entry.Room), out var before) && entry.Op.Number < before)
                AddFault(Fault.Reorder, $"{entry.Op} is {Place(entry.Room, entry.Seq)}, behind {entry.Op with { Number = before }}");
            last[(entry.Op.Writer, entry.Room)] = entry.Op.Number;
        }
        foreach (var (room, head) in _heads)
            if (_cursors[(FinalReader, room)].Seq < head)
                AddFault(Fault.Hole, $"room {room} was read to {_cursors[(FinalReader, room)].Seq} and has {head}");
    }

    private void CheckIsStillThere(JournalEntry entry)
    {
        var (op, room, era, seq, how) = entry switch
        {
            Acked { Seq: { } acked } ack => (ack.Op, ack.Room, _timeline.EraOf(ack), acked, "acknowledged"),
            Delivered { Who: not FinalReader } told => (told.Op, told.Room, told.Era, told.Seq, $"told to {told.Who}"),
            _ => default,
        };
        if (how is null || !_timeline.Survives(room, era, seq, _timeline.Last))
            return;
        if (!_log.TryGetValue((room, seq), out var there) || there.Op != op)
            AddFault(Fault.LostWrite, $"{op} was {how} as {Place(room, seq)}, where {(there is null ? "nothing" : there.Op)} is");
    }

    private static string Place(ulong room, ulong seq) => $"#{room}:{seq}";

    private void AddFault(Fault fault, string where) => _verdicts.Add(new Verdict(fault, where));
}
