namespace ChatProtocol.Hub;

/// <summary>A count of what is unread that is asked for.</summary>
/// <param name="Room">The room's id.</param>
/// <param name="Principal">The principal, whose own entries do not count.</param>
/// <param name="Marker">How far it has read.</param>
/// <param name="Oldest">The first seq that is kept.</param>
/// <param name="Head">The last seq that counts, a committed one.</param>
/// <param name="Tail">The room's last segments in memory; null if none are there.</param>
internal readonly record struct UnreadQuestion(ulong Room, ulong Principal, ulong Marker, ulong Oldest, ulong Head, RoomTail? Tail)
{
    public static UnreadQuestion Of(Room room, Principal principal) =>
        new(room.Id, principal.Id, MarkerBook.Find(principal, room.Record), room.Oldest, room.Committed, room.Tail);

    public static UnreadQuestion Of(RoomRecord room, Principal principal) =>
        new(room.Id, principal.Id, MarkerBook.Find(principal, room), room.Oldest, room.Head, null);

    /// <summary>The first seq that may be unread.</summary>
    public ulong First => Math.Max(Marker + 1, Oldest);
}

/// <summary>What is unread.</summary>
/// <param name="Count">How many entries.</param>
/// <param name="IsExact">Whether that is the number; otherwise the most that it can be.</param>
/// <param name="Bytes">How many bytes of entries were looked at.</param>
internal readonly record struct UnreadCount(ulong Count, bool IsExact, int Bytes);

/// <summary>What is told of a marker and of what is unread.</summary>
/// <param name="Marker">How far the principal has read.</param>
/// <param name="Unread">How many entries it has not read.</param>
/// <param name="IsExact">Whether that is the number; otherwise the most that it can be.</param>
/// <param name="Head">The last seq that counts.</param>
internal readonly record struct UnreadState(ulong Marker, ulong Unread, bool IsExact, ulong Head)
{
    /// <summary>The state by a count, while which the marker may have moved: nobody is told an earlier one than before (CP-MRK-001).</summary>
    /// <param name="asked">What was counted.</param>
    /// <param name="found">The count.</param>
    /// <param name="marker">Where the marker is now.</param>
    public static UnreadState Of(UnreadQuestion asked, UnreadCount found, ulong marker) =>
        marker <= asked.Marker ? new UnreadState(asked.Marker, found.Count, found.IsExact, asked.Head)
        : marker >= asked.Head ? new UnreadState(marker, 0, IsExact: true, marker)
        : new UnreadState(marker, Math.Min(found.Count, asked.Head - marker), IsExact: false, asked.Head);
}

/// <summary>
/// Counts what a principal has not read in a room: it looks at the last entries, as many as a page may have bytes, and takes the number of those
/// before from the segments (<see cref="Segment.Unsaid"/>).
/// </summary>
internal sealed class UnreadCounter(StepCounter steps, IRoomLog log)
{
    /// <summary>Bytes of the entries that are looked at (CP-MRK-004).</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Entries that are looked at in one step.</summary>
    private const int EntriesOfStep = 8;

    /// <param name="asked">The question.</param>
    /// <param name="done">Called at once or in a later turn: with null if the entries cannot be read just now.</param>
    public void Count(UnreadQuestion asked, Action<UnreadCount?> done)
    {
        if (asked.First > asked.Head)
            done(new UnreadCount(0, IsExact: true, 0));
        else if (FindInTail(asked) is { } segments)
            Count(asked, EntryRun.Cover(Math.Max(asked.First, segments[0].First), asked.Head, segments), done);
        else
            log.Read(new EntryRead(new EntryQuery(asked.Room, new SeqRange(asked.First, asked.Head)) { FromHigh = true, MaxBytes = MaxBytes }, found =>
            {
                if (found is null)
                    done(null);
                else
                    Count(asked, found.Runs, done);
            }));
    }

    /// <summary>The last segments, by ascending seq, as many as are looked at; null if not all of them are in memory.</summary>
    private static List<Segment>? FindInTail(UnreadQuestion asked)
    {
        var segments = new List<Segment>();
        var bytes = 0;
        for (var seq = asked.Head; seq >= asked.First && bytes < MaxBytes; seq = segments[^1].First - 1)
        {
            if (asked.Tail?.Find(seq) is not { } segment)
                return null;
            segments.Add(segment);
            bytes += segment.Bytes.Length;
        }
        segments.Reverse();
        return segments;
    }

    private void Count(UnreadQuestion asked, IReadOnlyList<EntryRun> runs, Action<UnreadCount?> done)
    {
        var (count, entries, bytes) = (0ul, 0, 0);
        foreach (var run in runs)
            if (run.Segment is { } segment)
            {
                count += (ulong)segment.CountUnread(new SeqRange(asked.First, asked.Head), asked.Principal);
                entries += segment.Count;
                bytes += segment.Bytes.Length;
            }
        steps.Add(1 + entries / EntriesOfStep);
        var low = runs.Count == 0 ? asked.Head + 1 : runs[0].First;
        if (low <= asked.First)
            done(new UnreadCount(count, IsExact: true, bytes));
        else
            CountBefore(asked, low, runs.Select(run => run.Segment).OfType<Segment>().FirstOrDefault(), before => done(new UnreadCount(count + before, IsExact: false, bytes)));
    }

    /// <summary>Counts the said entries from the marker on that were not looked at.</summary>
    private void CountBefore(UnreadQuestion asked, ulong low, Segment? lowest, Action<ulong> done)
    {
        // Where all are said, as in most rooms, or nobody knows better, each seq counts.
        if (lowest is null || lowest.Unsaid == 0 || lowest.First != low)
        {
            done(low - asked.First);
            return;
        }
        log.Read(new EntryRead(new EntryQuery(asked.Room, new SeqRange(asked.First, asked.First)) { MaxBytes = 1 }, found =>
        {
            var first = found?.Runs.Select(run => run.Segment).OfType<Segment>().FirstOrDefault(segment => segment.First <= asked.First && segment.Last >= asked.First);
            done(first is null ? low - asked.First : SaidBefore(lowest, low) - SaidBefore(first, asked.First));
        }));
    }

    /// <summary>How many of the room's entries before one of a segment's are said.</summary>
    private static ulong SaidBefore(Segment segment, ulong seq) => segment.Last - segment.Unsaid - (ulong)segment.CountSaid(new SeqRange(seq, segment.Last));
}
