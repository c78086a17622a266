using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Simulation;

/// <summary>The truth about one room.</summary>
internal sealed class RoomLedger
{
    /// <summary>How long an expired entry is kept for members that have not received it yet, in milliseconds (CP-HIS-008).</summary>
    private const long Patience = 600_000;

    private readonly World _world;
    private readonly ulong _id;
    private readonly List<Entry> _entries = [];
    private readonly HashSet<ulong> _pastEpochs = [];
    private readonly List<ulong> _pastExpired = [];
    private ulong _time;

    /// <summary>Whether an entry was erased, so that the room has fewer bytes than were committed.</summary>
    private bool _isShorter;

    /// <summary>The last entry that the log has found to be expired by the room's present limits.</summary>
    private ulong _expired;

    public RoomLedger(World world, ulong id)
    {
        _world = world;
        _id = id;
        Law = new RoomLaw(world, this);
    }

    public ulong Id => _id;

    /// <summary>The room's roles, restrictions and settings.</summary>
    public RoomLaw Law { get; }

    /// <summary>The seq of the last entry on the disk.</summary>
    public ulong Head => (ulong)_entries.Count;

    /// <summary>How many entries on the disk are said (CP-MSG-016).</summary>
    private ulong Said => _entries.Count == 0 ? 0 : _entries[^1].Said;

    /// <summary>The seq of the last entry that the hub knows to be committed.</summary>
    public ulong Told { get; private set; }

    /// <summary>The room's epoch as first seen; null if it was not seen yet.</summary>
    public ulong? Epoch { get; set; }

    /// <summary>Whether the room was removed from the disk.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Whether the hub knows of the removal: no client may be told of the room any more.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>The number of changes of the retention limits.</summary>
    public int Changes => _pastExpired.Count;

    public bool IsPrivate => _entries.Count > 0 && _entries[0].Intended is { Peer: not null };

    public IntendedPost this[ulong seq] => _entries[(int)seq - 1].Intended!;

    /// <summary>The first entry that is certainly stored.</summary>
    public ulong OldestOnDisk => IsGone ? 1 : OnDisk.Oldest;

    /// <summary>How many entries behind a seq are said, up to another.</summary>
    public ulong SaidBetween(ulong after, ulong through) => SaidUpTo(through) - SaidUpTo(after);

    private ulong SaidUpTo(ulong seq) => seq == 0 ? 0 : _entries[(int)seq - 1].Said;

    private LogRoom OnDisk => _world.Disk.Image[_id];

    public void Add(Segment segment, int index, ChatProtocol.Entry entry, IntendedPost? intended)
    {
        if (entry.Seq != Head + 1)
            throw new Violation(entry.Seq > Head + 1 ? Checker.Hole : Checker.TwoContents, $"entry {entry.Seq} of room {_id} is stored behind {Head}");
        if (entry.Room != _id || intended is not null && (intended.Room != _id || entry.From != intended.Principal))
            throw new Violation(Checker.Phantom, $"{intended} is entry {entry.Seq} of room {_id}, said by {entry.From}");
        if (entry.Time < _time)
            throw new Violation(Checker.Time, $"entry {entry.Seq} of room {_id} was said {_time - entry.Time} ms before the one before it");
        if (entry.Time > (ulong)_world.Clock.Believable)
            throw new Violation(Checker.Time, $"entry {entry.Seq} of room {_id} is {entry.Time - (ulong)_world.Clock.Believable} ms ahead of any time that may be believed");
        _time = entry.Time;
        if (intended is not null)
            Add(entry, intended);
        _entries.Add(new Entry(segment, intended, entry.Time) { Said = Said + (entry.IsSaid ? 1ul : 0) });
        if (index == segment.Count - 1 && segment.Unsaid != Head - Said)
            throw new Violation(Checker.Contract, $"{segment.Unsaid} of {Head} entries of room {_id} are stored as not said, and {Head - Said} are");
        Law.Add(entry);
    }

    /// <summary>When a text came first, on the clock that does not jump; null if that is not known.</summary>
    public long? CameAt(Message message) => _entries[(int)message.Seq - 1].Intended?.CameAt;

    private void Add(ChatProtocol.Entry entry, IntendedPost intended)
    {
        // A text repeated after the server may have forgotten its publisher may be stored twice (CP-DEL-010).
        if (intended is { Counter: 1, Stream.Publisher.MayBeForgotten: true })
            intended.Stream.Applied = 0;
        if (intended.Stream is { IsUncertain: true } damaged)
            damaged.GoBack(intended.Counter);
        // The room was removed, and a restore has brought back its old counters, which posts on their way may happen to go on with; so may the
        // first post of a stream of which no entry is known any more.
        else if (intended is { Outcome: PostOutcome.Unknown, Stream: { Publisher.IsRestored: true } restored })
            restored.GoBack(intended.Counter);
        else if (intended is { Outcome: PostOutcome.Open, Stream: { Publisher.IsRestored: true, Applied: 0 } unknown })
            unknown.GoBack(intended.Counter);
        // A key is forgotten with its entry (CP-KEY-005).
        var isExpired = intended.Key is not null && intended.Seq < OnDisk.Oldest;
        if (intended.Seq != 0 && !isExpired && intended.Stream is not { Publisher.MayBeForgotten: true })
            throw new Violation(Checker.Duplicate, $"{intended} is entry {intended.Seq} and entry {entry.Seq}");
        if (intended.Outcome == PostOutcome.Refused)
            throw new Violation(Checker.Phantom, $"{intended} is entry {entry.Seq}");
        if (intended.Stream is { } stream && ++stream.Applied != intended.Counter)
            throw new Violation(Checker.Reorder, $"{intended} is entry {entry.Seq}, behind counter {stream.Applied - 1}");
        intended.Seq = entry.Seq;
        intended.Time = entry.Time;
        intended.AnswerFirst = intended.MayWait || intended.Stream is { Publisher.MayBeForgotten: true } ? null : intended.CameBy;
    }

    /// <summary>Records that the hub is told of the commit of entries up to this one.</summary>
    public void Tell(ulong head)
    {
        if (head > Head)
            throw new Violation(Checker.NotDurable, $"entries up to {head} of room {_id} are told as committed, and the disk ends with {Head}");
        for (var seq = Told + 1; seq <= head; seq++)
            _entries[(int)seq - 1].ToldAt = _world.Clock.Awake;
        Told = head;
    }

    /// <summary>Records that a transaction has erased the text of an entry.</summary>
    public void Erase(ulong seq)
    {
        _isShorter = true;
        if (OnDisk.Find(seq) is not { } row)
            return;
        var tombstone = (_entries[(int)seq - 1].Erased ?? _entries[(int)seq - 1].Segment).Erase(seq);
        foreach (var entry in _entries.GetRange((int)row.Segment.First - 1, row.Segment.Count))
            entry.Erased = tombstone;
    }

    /// <summary>Records that the hub is told of an erasure: the text may not be delivered any more.</summary>
    public void TellErased(ulong seq)
    {
        if (_entries[(int)seq - 1].Erased is { } tombstone)
            TakeOver(tombstone);
        foreach (var link in _world.Links.Where(link => !link.IsServerDone))
            link.Memberships.Erase(_id, seq);
    }

    /// <summary>
    /// Records that the hub is told of new retention limits: all stored entries are kept until the log finds some expired by
    /// them.
    /// </summary>
    public void TellKept()
    {
        _pastExpired.Add(_expired);
        _expired = OnDisk.Oldest - 1;
    }

    public void TellRemoved() => IsRemoved = true;

    /// <summary>Records that the hub is told which entries have expired, by limits that the room had.</summary>
    public void TellExpired(MaintenanceTask.FindExpired search, ulong through)
    {
        if (_world.Disk.Image.KeptOf(_id) == search.Keeps)
            _expired = Math.Max(_expired, through);
    }

    /// <summary>Records that a transaction has removed the first entries, and checks that they had expired.</summary>
    public void Expire(ulong from, ulong to)
    {
        var bytes = OnDisk.Rows.Sum(row => row.Segment.Bytes.Length);
        for (var seq = from; seq <= to; seq++)
        {
            var keeps = _world.Disk.Image.KeptOf(_id);
            var isOld = keeps?.Age is { } age && _entries[(int)seq - 1].Time < (ulong)_world.Clock.Believable - Math.Min(age, (ulong)_world.Clock.Believable);
            if (!isOld && !(Said - _entries[(int)seq - 1].Said >= keeps?.Count) && !((ulong)bytes >= keeps?.Bytes || _isShorter && keeps?.Bytes is not null))
                throw new Violation(Checker.Retention, $"entry {seq} of room {_id} with {Head} entries, {(ulong)_world.Clock.Believable - _entries[(int)seq - 1].Time} ms old, is gone, and {keeps?.ToString() ?? "everything"} is kept");
        }
    }

    /// <summary>Records that a transaction has removed the room.</summary>
    public void Remove() => IsGone = true;

    /// <summary>Checks an epoch that the server has sent for the room.</summary>
    public void SeeEpoch(ulong epoch)
    {
        SeeThere();
        if (Epoch is null && _pastEpochs.Contains(epoch))
            throw new Violation(Checker.Epoch, $"room {_id} has its old epoch after a restore");
        if (Epoch is { } known && known != epoch)
            throw new Violation(Checker.Epoch, $"room {_id} has another epoch without cause");
        Epoch = epoch;
    }

    /// <summary>Checks an oldest seq that the server has sent for the room.</summary>
    public void SeeOldest(ulong oldest)
    {
        SeeExpired(oldest - 1);
        if (oldest < OnDisk.Oldest && !IsGone)
            throw new Violation(Checker.Lost, $"room {_id} is told to begin with {oldest}, and begins with {OnDisk.Oldest}");
    }

    /// <summary>Checks that entries that the server treats as expired may have expired.</summary>
    /// <param name="through">The last of these entries.</param>
    /// <param name="since">The value of <see cref="Changes"/> from which on they may have expired at any time; null for now.</param>
    public void SeeExpired(ulong through, int? since = null)
    {
        var expired = _pastExpired.Skip(since ?? Changes).Append(_expired).Max();
        if (through > Math.Max(expired, OnDisk.Oldest - 1) && !IsGone)
            throw new Violation(Checker.Retention, $"entries up to {through} of room {_id} are treated as expired, and those above {Math.Max(_expired, OnDisk.Oldest - 1)} are kept");
    }

    /// <summary>Checks entries that are sent to a connection.</summary>
    public void Tell(Link to, Segment segment, int index, int count)
    {
        SeeThere();
        Law.SeeTold(to, "entries");
        var first = segment.First + (ulong)index;
        if (first + (ulong)count - 1 > Head)
            throw new Violation(Checker.NotDurable, $"entries from {first} of room {_id} are told, and the disk ends with {Head}");
        if (first < OnDisk.Oldest && !IsGone)
            throw new Violation(Checker.Retention, $"entries from {first} of room {_id} are told, which begins with {OnDisk.Oldest}");
        var slice = segment.Slice(index, count).Span;
        if (!IsSlice(_entries[(int)first - 1].Segment, first, count, slice) && !IsSlice(_entries[(int)first - 1].Erased, first, count, slice))
            throw new Violation(Checker.TwoContents, $"entries from {first} of room {_id} are told otherwise than they are stored");
        for (var i = 0; i < count; i++)
        {
            if (_entries[(int)first - 1 + i].Intended is not { } intended)
                continue;
            if (intended.AnswerFirst == to)
                throw new Violation(Checker.OwnEntry, $"{intended} is told to its author, who still waits for the answer");
            if (intended.Peer is { } peer && to.Principal != peer && to.Principal != intended.Principal)
                throw new Violation(Checker.Privacy, $"{intended} is told to principal {to.Principal}, and was meant for {peer}");
        }
    }

    /// <summary>Checks a gap: it may hold only entries that cannot be read or may have expired (CP-DEL-025, 026).</summary>
    public void Tell(Gap gap, bool isInPage)
    {
        SeeThere();
        if (gap.First > gap.Last || gap.Last > Told)
            throw new Violation(Checker.Gap, $"{gap} is told of room {_id}, which ends with {Told}");
        if (gap.Why == GapReason.Expired)
            SeeExpired(gap.Last);
        for (var seq = gap.First; seq <= gap.Last; seq++)
        {
            if (gap.Why == GapReason.Damaged && OnDisk.Find(seq) is { IsDamaged: false })
                throw new Violation(Checker.Gap, $"{gap} is told, and entry {seq} is whole");
            if (gap.Why == GapReason.Expired && (isInPage || _world.Clock.Awake - _entries[(int)seq - 1].ToldAt < Patience))
                throw new Violation(Checker.Retention, $"{gap} is told, and entry {seq} was stored {_world.Clock.Awake - _entries[(int)seq - 1].ToldAt} ms ago");
        }
    }

    /// <summary>Records the start of a server, which knows only the disk; a room without a record begins anew.</summary>
    public void Restart()
    {
        // A backup may hold a part of a room that was being removed.
        IsGone |= !OnDisk.IsEmpty && !_world.Disk.Image.HasRoom(_id);
        IsRemoved = IsGone;
        Told = Head;
        Law.Restart();
        _expired = OnDisk.Oldest - 1;
        if (Head == 0 && !_world.Disk.Image.HasRoom(_id))
            Epoch = null;
        if (IsGone)
            return;
        foreach (var row in OnDisk.Rows)
            TakeOver(row.Segment);
        FindDamage();
    }

    /// <summary>Records that the log was replaced by a backup.</summary>
    public void Restore()
    {
        if (Epoch is { } epoch)
            _pastEpochs.Add(epoch);
        Epoch = null;
        IsGone = !_world.Disk.Image.HasRoom(_id);
        var head = IsGone ? 0 : OnDisk.Head;
        foreach (var entry in _entries.Skip((int)head))
        {
            if (entry.Intended is not { } intended)
                continue;
            intended.Seq = 0;
            intended.AnswerFirst = null;
        }
        _entries.RemoveRange((int)head, _entries.Count - (int)head);
        _time = head == 0 ? 0 : _entries[^1].Time;
        Told = head;
        Law.Cut(head);
        foreach (var (index, entry) in _entries.Index())
        {
            // A text that was stored twice may be back to its first entry, and a publisher that was forgotten counts as it did last.
            if (entry.Intended is not { } intended)
                continue;
            (intended.Seq, intended.Time) = ((ulong)index + 1, entry.Time);
            if (intended.Stream is { } stream)
                stream.Applied = intended.Counter;
        }
    }

    /// <summary>
    /// Records the publishers' state after a start with damaged segments: the counters up to that of a whole post are adopted
    /// with it (CP-DEL-028); the server may not know those behind the last whole post.
    /// </summary>
    private void FindDamage()
    {
        if (!OnDisk.Rows.Any(row => row.IsDamaged))
            return;
        var damaged = new Dictionary<PostStream, ulong>();
        var endsDamaged = new Dictionary<PostStream, bool>();
        foreach (var row in OnDisk.Rows)
            foreach (var intended in IntendedOf(row))
                if (intended?.Stream is { } stream)
                {
                    // A publisher that was forgotten has begun anew, so its highest counter need not be its last.
                    endsDamaged[stream] = row.IsDamaged;
                    if (row.IsDamaged)
                        damaged[stream] = Math.Max(damaged.GetValueOrDefault(stream), intended.Counter);
                }
        foreach (var (stream, counter) in damaged)
            stream.FindDamage(counter, endsDamaged[stream]);
    }

    private IEnumerable<IntendedPost?> IntendedOf(LogRow row) => _entries.GetRange((int)row.Segment.First - 1, row.Segment.Count).Select(entry => entry.Intended);

    private static bool IsSlice(Segment? whole, ulong first, int count, ReadOnlySpan<byte> slice) =>
        whole is not null && whole.First <= first && whole.Last >= first + (ulong)count - 1 && whole.Slice(whole.IndexOf(first), count).Span.SequenceEqual(slice);

    private void TakeOver(Segment segment)
    {
        foreach (var entry in _entries.GetRange((int)segment.First - 1, segment.Count))
            (entry.Segment, entry.Erased) = (segment, null);
    }

    private void SeeThere()
    {
        if (IsRemoved)
            throw new Violation(Checker.Removal, $"room {_id} is told of, and was removed");
    }

    private sealed class Entry(Segment segment, IntendedPost? intended, ulong time)
    {
        /// <summary>The entry's own time; an entry stored twice shares its text with a later one.</summary>
        public ulong Time => time;

        /// <summary>The segment as the hub knows it.</summary>
        public Segment Segment { get; set; } = segment;

        /// <summary>The segment as stored after an erasure of which the hub was not told yet; null if there is none.</summary>
        public Segment? Erased { get; set; }

        public IntendedPost? Intended => intended;

        /// <summary>How many of the room's entries up to this one are said.</summary>
        public required ulong Said { get; init; }

        /// <summary>When the hub was told of the commit.</summary>
        public long ToldAt { get; set; }
    }
}
