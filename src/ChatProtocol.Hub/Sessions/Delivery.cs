namespace ChatProtocol.Hub;

/// <summary>
/// Delivers committed entries to sessions, from the rooms' tails or from the log, whenever the member's peer has room. No member
/// waits for another.
/// </summary>
internal sealed class Delivery(HubFigures figures, StepCounter steps, IRoomLog log, SessionRegistry sessions) : IMemberHost
{
    /// <summary>Bytes read at once for a member that is far behind: about as much as a peer's queue takes.</summary>
    private const int ReadBytes = 2 * Segment.MaxBytes;

    /// <summary>Bytes that cost as much of a slice as one member served.</summary>
    private const int UnitBytes = 64 * 1024;

    /// <summary>The same for a peer that sends entries in another form, of which each kilobyte may be a system call of its own.</summary>
    private const int RenderedUnitBytes = 1024;

    private readonly Queue<Session> _hungry = new();

    public bool IsIdle => _hungry.Count == 0;

    /// <summary>Feeds sessions until a slice, counted in the cost of serving members, is used up. Returns the cost.</summary>
    public int Work(int slice)
    {
        var spent = 0;
        while (spent < slice && _hungry.TryDequeue(out var session))
        {
            session.IsHungry = false;
            spent++;
            if (!session.IsClosed)
                spent += Feed(session);
        }
        return spent;
    }

    /// <summary>The peer takes more: the session waits for its turn, since the peers of thousands may take more at once.</summary>
    public void FeedLater(Session session)
    {
        if (session.IsHungry || session.Behind.Count == 0)
            return;
        session.IsHungry = true;
        _hungry.Enqueue(session);
    }

    /// <summary>A session becomes a member of a room.</summary>
    public Member Enter(Session session, Room room, ulong cursor, PresenceMode presence)
    {
        var member = new Member(this, session, room, cursor, presence);
        sessions.Enter(member);
        return member;
    }

    public void Exit(Member member) => sessions.Exit(member);

    public int Serve(Member member)
    {
        var cost = 1;
        while (member.Cursor < member.Room.Committed)
        {
            if (TrySendNext(member, ref cost))
                continue;
            WaitForTurn(member);
            return cost;
        }
        member.WasLive = true;
        return cost;
    }

    /// <summary>Continues the rooms of the session that are behind, each in its turn. Returns the cost.</summary>
    private int Feed(Session session)
    {
        var cost = 0;
        for (var turns = session.Behind.Count; turns > 0 && !session.IsFull; turns--)
        {
            var member = session.Behind.First!.Value;
            session.Behind.RemoveFirst();
            cost += Serve(member);
        }
        return cost;
    }

    /// <summary>The reader has taken some bytes: continues if the room waited for that (CP-DEL-032).</summary>
    public void Taken(Member member, bool wasSpent)
    {
        if (wasSpent && member.SendWindow is { IsSpent: false })
            Serve(member);
    }

    /// <summary>Sends the next entries; false if the member has to wait, for its peer, its reader or the log.</summary>
    private bool TrySendNext(Member member, ref int cost)
    {
        if (member.Session.IsFull || member.SendWindow is { IsSpent: true })
            return false;
        if (TryPassExpired(member))
            return true;
        if (member.Room.Tail.Find(member.Cursor + 1) is { } segment)
            return TrySend(member, segment, ref cost);
        ReadOn(member);
        return false;
    }

    private bool TrySend(Member member, EntryRun run, ref int cost)
    {
        // The entry may have expired since it was asked for.
        TryPassExpired(member);
        if (run.Last <= member.Cursor)
            return true;
        if (run.Segment is { } segment)
            return TrySend(member, segment, ref cost);
        Pass(member, run.Last, GapReason.Damaged);
        return true;
    }

    /// <summary>A member that reaches expired entries is told of the gap there (CP-HIS-008).</summary>
    private static bool TryPassExpired(Member member)
    {
        if (member.Cursor + 1 >= member.Room.Oldest)
            return false;
        Pass(member, member.Room.Oldest - 1, GapReason.Expired);
        return true;
    }

    /// <summary>Sends a gap in the place of entries that are not delivered (CP-DEL-025).</summary>
    private static void Pass(Member member, ulong last, GapReason why)
    {
        member.Session.Reply(new Gap(member.Room.Id, member.Cursor + 1, last, why));
        member.Cursor = last;
    }

    private bool TrySend(Member member, Segment segment, ref int cost)
    {
        var session = member.Session;
        if (!session.HasRoom() || member.SendWindow is { IsSpent: true })
            return false;
        steps.Add();
        var index = segment.IndexOf(member.Cursor + 1);
        session.Send(segment, index, segment.Count - index);
        figures.EntriesSent += segment.Count - index;
        var bytes = segment.Slice(index, segment.Count - index).Length;
        member.SendWindow?.Send(bytes);
        cost += bytes / (session.Peer.Renders ? RenderedUnitBytes : UnitBytes);
        member.Cursor = segment.Last;
        return true;
    }

    private void ReadOn(Member member)
    {
        if (member.WasLive)
        {
            // Told once: from here the server feeds it from the log (CP-DEL-013).
            member.WasLive = false;
            member.Session.Reply(new Lag(member.Room.Id, member.Room.Committed));
        }
        if (member.Session.ReadsFor is not null)
            return;
        member.Session.ReadsFor = member;
        // No more bytes than can be sent are read.
        var bytes = (int)Math.Min(member.SendWindow?.Left ?? ReadBytes, ReadBytes);
        var query = new EntryQuery(member.Room.Id, new SeqRange(member.Cursor + 1, member.Room.Committed)) { MaxBytes = bytes };
        log.Read(new EntryRead(query, found => ReadDone(member, found)));
    }

    /// <summary>A read has finished. The other rooms of the session have their turn before the next read.</summary>
    private void ReadDone(Member member, EntryResult? found)
    {
        if (found is null && member is { IsGone: false, Room.IsRemoved: false })
        {
            sessions.Close(member.Session, new Error(null, ErrorCode.LogUnavailable, "the room's log cannot be read just now; come back later", RetryAfter: 10_000));
            return;
        }
        member.Session.ReadsFor = null;
        var cost = 0;
        foreach (var run in found?.Runs ?? [])
            if (member.IsGone || member.Room.IsRemoved || !TrySend(member, run, ref cost))
                break;
        if (member.Cursor == member.Room.Committed)
            member.WasLive = true;
        else if (!member.IsGone)
            WaitForTurn(member);
        Feed(member.Session);
    }

    private static void WaitForTurn(Member member)
    {
        // A room that waits for its reader continues when the reader takes bytes (CP-DEL-033).
        if (member.SendWindow is not { IsSpent: true } && member.Turn.List is null && member.Session.ReadsFor != member)
            member.Session.Behind.AddLast(member.Turn);
    }
}
