namespace ChatProtocol.Simulation;

/// <summary>Reads a room's history, page by page, in either direction.</summary>
internal sealed class Pager(World world, Client client)
{
    private History? _asked;
    private Page? _page;
    private ulong _first;
    private ulong _last;
    private int _entries;
    private int _gaps;

    public bool IsBusy => _asked is not null;

    /// <summary>Whether the next frame has to belong to the page.</summary>
    public bool IsInPage => _entries + _gaps > 0;

    /// <summary>Whether it reads on to the end of the room.</summary>
    public bool IsThorough { get; set; }

    /// <summary>The number of entries since the reading began, delivered or told as missing.</summary>
    public ulong Seen { get; private set; }

    /// <summary>The lowest seq of these entries.</summary>
    public ulong Lowest { get; private set; }

    public void Begin(Link link, ulong room, bool upward)
    {
        (Seen, Lowest) = (0, ulong.MaxValue);
        var end = world.Ledger.RoomOf(room).Told;
        var from = IsThorough ? end + 1 : (ulong)world.Dice.Below((int)end + 3);
        Ask(link, room, before: upward ? null : from, after: upward ? IsThorough ? 0 : from : null);
    }

    public void Take(Page page)
    {
        _page = page;
        (_entries, _gaps) = (page.Count, page.Gaps);
        (_first, _last) = (ulong.MaxValue, 0);
        if (page.Count > _asked!.Count)
            throw new Violation(Checker.Protocol, $"{_asked} is answered with {page}");
    }

    public void Take(ulong room, ulong first, int count)
    {
        if (room != _page!.Room || count > _entries)
            throw new Violation(Checker.Hole, $"entries from {first} of room {room} come to {client} in {_page}");
        _entries -= count;
        Take(first, first + (ulong)count - 1);
    }

    public void Take(Gap gap)
    {
        if (gap.Room != _page!.Room || _entries > 0)
            throw new Violation(Checker.Protocol, $"{gap} comes to {client} in {_page}");
        _gaps--;
        Take(gap.First, gap.Last);
    }

    /// <summary>Handles the end of a page.</summary>
    public void GoOn(Link link)
    {
        var (asked, page) = (_asked!, _page!);
        _asked = null;
        if (!page.More || !IsThorough && world.Dice.Chance(0.3))
            return;
        Ask(link, page.Room, asked.After is null ? _first : null, asked.After is null ? null : _last);
    }

    public void Stop()
    {
        _asked = null;
        _entries = _gaps = 0;
    }

    private void Take(ulong first, ulong last)
    {
        Seen += last - first + 1;
        _first = Math.Min(_first, first);
        _last = Math.Max(_last, last);
        Lowest = Math.Min(Lowest, first);
    }

    private void Ask(Link link, ulong room, ulong? before, ulong? after)
    {
        _asked = new History(link.Conversation.NextId, room, 1 + world.Dice.Skewed(200), before, after);
        link.Conversation.Ask(new PendingRequest(_asked));
    }
}
