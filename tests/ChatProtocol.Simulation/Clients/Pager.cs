namespace ChatProtocol.Simulation;

/// <summary>Reads a room's history, page by page, in either direction.</summary>
internal sealed class Pager(World world, Client client)
{
    private History? _asked;
    private Page? _page;
    private ulong _next;
    private int _left;

    public bool IsBusy => _asked is not null;

    /// <summary>Whether the next frame has to be an entry of the page.</summary>
    public bool IsInPage => _left > 0;

    /// <summary>Whether it reads on to the end of the room.</summary>
    public bool IsThorough { get; set; }

    /// <summary>The number of entries received since the reading began.</summary>
    public ulong Seen { get; private set; }

    public void Begin(Link link, ulong room, bool upward)
    {
        Seen = 0;
        var end = world.Ledger.RoomOf(room).Told;
        var from = IsThorough ? end + 1 : (ulong)world.Dice.Below((int)end + 3);
        Ask(link, room, before: upward ? null : from, after: upward ? IsThorough ? 0 : from : null);
    }

    public void Take(Page page)
    {
        _page = page;
        _left = page.Count;
        if (page.Count > _asked!.Count)
            throw new Violation(Checker.Protocol, $"{_asked} is answered with {page}");
        _next = _asked.After is { } after ? after + 1 : Math.Min(_asked.Before ?? ulong.MaxValue, page.Head + 1) - (ulong)page.Count;
    }

    public void Take(ulong room, ulong first, int count)
    {
        if (room != _page!.Room || first != _next || count > _left)
            throw new Violation(Checker.Hole, $"entries from {first} of room {room} come to {client} in {_page}, where {_next} is next");
        _next += (ulong)count;
        _left -= count;
        Seen += (ulong)count;
    }

    /// <summary>Handles the end of a page.</summary>
    public void GoOn(Link link)
    {
        var asked = _asked!;
        var page = _page!;
        var more = page.Count > 0 && (asked.After is not null ? _next <= page.Head : _next - (ulong)page.Count > 1);
        if (page.More != more)
            throw new Violation(Checker.Protocol, $"{page} answers {asked}, and {(more ? "there is" : "there is no")} more");
        _asked = null;
        if (!more || !IsThorough && world.Dice.Chance(0.3))
            return;
        Ask(link, page.Room, asked.After is null ? _next - (ulong)page.Count : null, asked.After is null ? null : _next - 1);
    }

    public void Stop()
    {
        _asked = null;
        _left = 0;
    }

    private void Ask(Link link, ulong room, ulong? before, ulong? after)
    {
        _asked = new History(link.Conversation.NextId, room, 1 + world.Dice.Skewed(200), before, after);
        link.Conversation.Ask(new Asked(_asked));
    }
}
