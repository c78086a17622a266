namespace ChatProtocol.Client;

/// <summary>A request for a page. The entries directly behind the page belong to it and are not new (CP-HIS-002).</summary>
internal sealed class HistoryCall(RoomState room, int count, ulong? before, ulong? after, DateTimeOffset? since, DateTimeOffset? until) : Call<HistoryPage>
{
    private readonly List<ChatEntry> _entries = [];
    private readonly List<HistoryGap> _gaps = [];
    private Page? _page;
    private int _said;

    /// <summary>Whether the page has arrived, and entries or gaps of it are still to come.</summary>
    public bool IsOpen => _page is not null && _entries.Count + _gaps.Count < _page.Count + _page.Gaps;

    public override Request ToFrame(ulong id)
    {
        // The request may be sent again when the connection was lost within the page.
        _entries.Clear();
        _gaps.Clear();
        _said = 0;
        _page = null;
        return new History(id, room.Id, count, before, after, Milliseconds(since), Milliseconds(until));
    }

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Page page || page.Room != room.Id)
            return false;
        _page = page;
        FinishIfComplete();
        return true;
    }

    /// <summary>Takes the frame behind the page. False if that frame cannot follow.</summary>
    public bool TryAdd(Frame frame)
    {
        if (_entries.Count == _page!.Count)
            return TryAddGap(frame);
        if (frame is not Entry entry || entry.Room != room.Id || (_entries.Count > 0 && entry.Seq <= _entries[^1].Seq))
            return false;
        // Only messages count towards the number asked for (CP-HIS-001).
        if (entry.IsSaid && ++_said > count)
            return false;
        _entries.Add(WireEntries.Of(entry));
        FinishIfComplete();
        return true;
    }

    /// <summary>Gaps follow the entries (CP-HIS-010).</summary>
    private bool TryAddGap(Frame frame)
    {
        if (frame is not Gap gap || gap.Room != room.Id || gap.Last < gap.First || (_gaps.Count > 0 && gap.First <= _gaps[^1].Last))
            return false;
        _gaps.Add(HistoryGap.Of(gap));
        FinishIfComplete();
        return true;
    }

    /// <summary>The first whole millisecond that is not before the time: entries' times are whole milliseconds.</summary>
    private static ulong? Milliseconds(DateTimeOffset? time) => time is { } at
        ? (ulong)Math.Max(0, (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond)
        : null;

    private void FinishIfComplete()
    {
        if (IsOpen)
            return;
        room.SawHead(_page!.Head);
        Succeed(new HistoryPage { Entries = _entries, Gaps = _gaps, Epoch = _page.Epoch, Head = _page.Head, More = _page.More });
    }
}
