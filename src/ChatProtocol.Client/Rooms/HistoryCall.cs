namespace ChatProtocol.Client;

/// <summary>A request for a page. The entries directly behind the page belong to it and are not new (CP-HIS-002).</summary>
internal sealed class HistoryCall(RoomState room, int count, ulong? before, ulong? after, DateTimeOffset? since, DateTimeOffset? until) : Call<HistoryPage>, IFollowedCall
{
    private readonly List<ChatEntry> _entries = [];
    private readonly List<HistoryGap> _gaps = [];
    private Dictionary<ulong, PageAmendment>? _amendments;
    private Page? _page;
    private int _said;

    /// <summary>Whether the page has arrived, and entries, gaps or amendments of it are still to come.</summary>
    public bool IsOpen => _page is not null && _entries.Count + _gaps.Count + (_amendments?.Count ?? 0) < _page.Count + _page.Gaps + _page.Amended;

    public override Request ToFrame(ulong id)
    {
        // The request may be sent again when the connection was lost within the page.
        _entries.Clear();
        _gaps.Clear();
        _amendments = null;
        _said = 0;
        _page = null;
        return new History(id, room.Id, count, before, after, WireTimes.MillisecondsFrom(since), WireTimes.MillisecondsFrom(until));
    }

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Page page || page.Room != room.Id)
            return false;
        _page = page;
        FinishIfComplete();
        return true;
    }

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
        if (_gaps.Count == _page!.Gaps)
            return TryAmend(frame);
        if (frame is not Gap gap || gap.Room != room.Id || gap.Last < gap.First || (_gaps.Count > 0 && gap.First <= _gaps[^1].Last))
            return false;
        _gaps.Add(HistoryGap.Of(gap));
        FinishIfComplete();
        return true;
    }

    /// <summary>Behind the gaps comes what has become of the messages (CP-AMD-020).</summary>
    private bool TryAmend(Frame frame)
    {
        if (frame is not Amended amended || amended.Room != room.Id || _entries.FindIndex(entry => entry.Seq == amended.Seq) is not (>= 0 and var at)
            || _entries[at] is not ChatMessage message || !(_amendments ??= []).TryAdd(amended.Seq, new PageAmendment(amended.Through, message.Text)))
            return false;
        if (!message.IsErased)
            _entries[at] = message.With(amended);
        FinishIfComplete();
        return true;
    }

    private void FinishIfComplete()
    {
        if (IsOpen)
            return;
        room.SawHead(_page!.Head);
        Succeed(new HistoryPage { Entries = _entries, Gaps = _gaps, Epoch = _page.Epoch, Head = _page.Head, More = _page.More, Amendments = _amendments });
    }
}
