namespace ChatProtocol.Hub;

/// <summary>
/// Delivers committed entries to members: at the head by fan-out, in slices and with the rooms taking turns; behind it from the
/// rooms' tails or the log, whenever the member's peer has room. No member waits for another.
/// </summary>
internal sealed class Delivery(HubState hub)
{
    /// <summary>Bytes read at once for a member that is far behind: about as much as a peer's queue takes.</summary>
    private const int ReadBytes = 2 * Segment.MaxBytes;

    /// <summary>Bytes that cost as much of a slice as one member served.</summary>
    private const int UnitBytes = 64 * 1024;

    /// <summary>The same for a peer that sends entries in another form, encoded for it alone.</summary>
    private const int RenderedUnitBytes = 4 * 1024;

    private readonly TailCache _tails = new(hub.Options.TailBytes);
    private readonly Queue<Room> _rooms = new();
    private readonly Queue<Session> _hungry = new();

    // The rest of a slice of work, counted in members served and in units of bytes sent to them.
    private int _left;

    public bool IsIdle => _rooms.Count + _hungry.Count == 0;

    /// <summary>A segment was committed: keeps it for members near the head. Its room still has to be enqueued.</summary>
    public void Keep(Room room, Segment segment) => _tails.Add(room, segment);

    /// <summary>An entry was erased: no member gets its text from here on, and the members are told (CP-MSG-010).</summary>
    public void Erase(Room room, ulong seq)
    {
        _tails.Erase(room, seq);
        hub.SlowWork.BeginForAdmin(TellErased(room, seq));
    }

    private static IEnumerable<bool> TellErased(Room room, ulong seq)
    {
        foreach (var member in room.Members.ToArray())
        {
            if (!member.IsGone)
                member.Session.Reply(new Erased(room.Id, seq));
            yield return true;
        }
    }

    /// <summary>The room's head has moved: its members get their turn.</summary>
    public void Enqueue(Room room)
    {
        if (room.Members.Count == 0)
            return;
        room.Members.WantScan();
        if (room.Tail.IsQueued)
            return;
        room.Members.TryBeginScan();
        room.Tail.IsQueued = true;
        _rooms.Enqueue(room);
    }

    /// <summary>
    /// Serves up to so many members, fewer where each is sent much; true if there is more to do. Up to half of the slice is for
    /// sessions whose queue was full, so that neither they nor the rooms wait for the others to be done.
    /// </summary>
    public bool Work(int members)
    {
        _left = members;
        while (_left > members / 2 && _hungry.TryDequeue(out var session))
        {
            _left--;
            session.IsHungry = false;
            if (!session.IsClosed)
                Feed(session);
        }
        while (_left > 0 && _rooms.TryDequeue(out var room))
        {
            var until = Math.Max(_left - 256, 0);
            for (; _left > until && !room.Members.ScanIsDone; _left--)
                Serve(room.Members.ScanNext());
            _left--;
            if (!room.Members.ScanIsDone || room.Members.TryBeginScan())
                _rooms.Enqueue(room);
            else
                room.Tail.IsQueued = false;
        }
        return !IsIdle;
    }

    /// <summary>The peer takes more: the session waits for its turn, since the peers of thousands may take more at once.</summary>
    public void FeedLater(Session session)
    {
        if (session.IsHungry || session.Behind.Count == 0)
            return;
        session.IsHungry = true;
        _hungry.Enqueue(session);
    }

    /// <summary>Sends a member as much as its peer takes.</summary>
    public void Serve(Member member)
    {
        while (member.Cursor < member.Room.Committed)
        {
            if (TrySendNext(member))
                continue;
            WaitForTurn(member);
            return;
        }
        member.WasLive = true;
    }

    /// <summary>Continues the rooms of the session that are behind, each in its turn.</summary>
    private void Feed(Session session)
    {
        for (var turns = session.Behind.Count; turns > 0 && !session.IsFull; turns--)
        {
            var member = session.Behind.First!.Value;
            session.Behind.RemoveFirst();
            Serve(member);
        }
    }

    /// <summary>The reader has taken some bytes: continues if the room waited for that (CP-DEL-032).</summary>
    public void Taken(Member member, bool wasSpent)
    {
        if (wasSpent && member.Credit is { IsSpent: false })
            Serve(member);
    }

    /// <summary>Sends the next entries; false if the member has to wait, for its peer, its reader or the log.</summary>
    private bool TrySendNext(Member member)
    {
        if (member.Session.IsFull || member.Credit is { IsSpent: true })
            return false;
        if (TryPassExpired(member))
            return true;
        if (member.Room.Tail.Find(member.Cursor + 1) is { } segment)
            return TrySend(member, segment);
        ReadOn(member);
        return false;
    }

    private bool TrySend(Member member, LogRun run)
    {
        // The entry may have expired since it was asked for.
        TryPassExpired(member);
        if (run.Last <= member.Cursor)
            return true;
        if (run.Segment is { } segment)
            return TrySend(member, segment);
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

    private bool TrySend(Member member, Segment segment)
    {
        var session = member.Session;
        if (!session.HasRoom() || member.Credit is { IsSpent: true })
            return false;
        hub.Steps.Add();
        var index = segment.IndexOf(member.Cursor + 1);
        session.Peer.Send(segment, index, segment.Count - index);
        var bytes = segment.Slice(index, segment.Count - index).Length;
        member.Credit?.Send(bytes);
        _left -= bytes / (session.Peer.Renders ? RenderedUnitBytes : UnitBytes);
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
        var bytes = (int)Math.Min(member.Credit?.Left ?? ReadBytes, ReadBytes);
        var query = new LogQuery(member.Room.Id, new LogRange(member.Cursor + 1, member.Room.Committed)) { MaxBytes = bytes };
        hub.Log.Read(new LogRead(query, found => ReadDone(member, found)));
    }

    /// <summary>A read has finished. The other rooms of the session have their turn before the next read.</summary>
    private void ReadDone(Member member, LogFound? found)
    {
        if (found is null && member is { IsGone: false, Room.IsRemoved: false })
        {
            hub.Close(member.Session, new Error(null, ErrorCode.LogUnavailable, "the room's log cannot be read just now; come back later", RetryAfter: 10_000));
            return;
        }
        member.Session.ReadsFor = null;
        foreach (var run in found?.Runs ?? [])
            if (member.IsGone || member.Room.IsRemoved || !TrySend(member, run))
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
        if (member.Credit is not { IsSpent: true } && member.Turn.List is null && member.Session.ReadsFor != member)
            member.Session.Behind.AddLast(member.Turn);
    }
}
