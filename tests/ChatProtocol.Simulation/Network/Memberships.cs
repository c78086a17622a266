using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>The joined rooms and the current page of one connection, by the server's frames; checks the frames when they are sent.</summary>
internal sealed class Memberships(World world, Link link)
{
    private readonly SortedDictionary<ulong, Membership> _all = [];
    private PartialPage? _page;

    /// <summary>The window granted by the server, in bytes; null for no credit.</summary>
    public ulong? Window { get; set; }

    public bool Has(ulong room) => _all.ContainsKey(room);

    /// <summary>Whether the room's window is used up, so that delivery waits for the client.</summary>
    public bool IsSpent(ulong room) => _all.TryGetValue(room, out var membership) && membership.IsSpent;

    /// <summary>Whether the session still has to be told of an erased entry.</summary>
    public bool IsOwedErasures => _all.Values.Any(membership => membership.Erased.Count > 0);

    public void Begin(ulong room, ulong cursor) => _all[room] = new Membership(Window) { Cursor = cursor };

    public void End(ulong room) => _all.Remove(room);

    /// <summary>Records an erasure, of which the session has to be told (CP-MSG-010).</summary>
    public void Erase(ulong room, ulong seq)
    {
        if (_all.TryGetValue(room, out var membership))
            membership.Erased.Add(seq);
    }

    /// <summary>Handles a taken frame of the client.</summary>
    public void Take(Taken taken)
    {
        if (_all.TryGetValue(taken.Room, out var membership))
            membership.Taken = Math.Max(membership.Taken, taken.Bytes);
    }

    /// <summary>Begins a page, to which the next entries belong.</summary>
    public void Begin(PendingRequest asked, Page page)
    {
        _page = new PartialPage(world, asked, page);
        EndPage();
    }

    public void Send(Frame frame)
    {
        if (_page is { HasEntries: true } || _page is not null && frame is not Gap)
            throw new Violation(Checker.Protocol, $"{frame} stands in a page that {link} gets");
        switch (frame)
        {
            case Gap gap:
                Send(gap);
                break;
            case Erased erased:
                Find(erased.Room, $"{erased}").Erased.Remove(erased.Seq);
                break;
            case Expelled expelled:
                Find(expelled.Room, $"{expelled}");
                End(expelled.Room);
                break;
            case RoomRemoved removed:
                Find(removed.Room, $"{removed}");
                if (!world.Ledger.RoomOf(removed.Room).IsGone)
                    throw new Violation(Checker.Removal, $"room {removed.Room} is told to be removed, and is there");
                End(removed.Room);
                break;
        }
    }

    public void Send(Segment segment, int index, int count)
    {
        var first = segment.First + (ulong)index;
        if (_page is { } page)
        {
            page.Take(segment.Room, first, count);
            EndPage();
            return;
        }
        var membership = Find(segment.Room, $"entry {first}");
        // CP-DEL-031: no entries beyond the window.
        if (membership.IsSpent)
            throw new Violation(Checker.Credit, $"entries from {first} of room {segment.Room} are sent, with {membership.Untaken} bytes not taken and a window of {membership.Window}");
        membership.Sent += (ulong)segment.Slice(index, count).Length;
        membership.Advance(segment.Room, first, segment.First + (ulong)(index + count) - 1);
    }

    private void Send(Gap gap)
    {
        world.Ledger.RoomOf(gap.Room).Tell(gap, isInPage: _page is not null);
        if (_page is { } page)
        {
            page.Take(gap);
            EndPage();
        }
        else
        {
            Find(gap.Room, $"{gap}").Advance(gap.Room, gap.First, gap.Last);
        }
    }

    private void EndPage()
    {
        if (_page is not { IsComplete: true } page)
            return;
        page.Check();
        _page = null;
    }

    private Membership Find(ulong room, string what) => _all.TryGetValue(room, out var membership) ? membership
        : throw new Violation(Checker.Protocol, $"{what} of room {room} comes to {link}, which is not there");

    private sealed class Membership(ulong? window)
    {
        public ulong? Window => window;

        public ulong Cursor { get; set; }

        public ulong Sent { get; set; }

        public ulong Taken { get; set; }

        public HashSet<ulong> Erased { get; } = [];

        public ulong Untaken => Sent - Taken;

        public bool IsSpent => Untaken > window;

        public void Advance(ulong room, ulong first, ulong last)
        {
            if (first != Cursor + 1)
                throw new Violation(first > Cursor ? Checker.Hole : Checker.Duplicate, $"{first} to {last} of room {room} are sent behind {Cursor}");
            Cursor = last;
        }
    }
}
