using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class InboxTests
{
    private const int Most = 16;

    private readonly HubBench _bench = new(options => options with { Limits = options.Limits with { JoinedRooms = Most } });
    private readonly HubClient _victim;

    public InboxTests() => _victim = _bench.LogIn("victim", inbox: true);

    [Spec("CP-ROM-021")]
    [Fact]
    public void What_others_open_does_not_count_for_what_one_may_join()
    {
        for (var i = 0; i < 3 * Most; i++)
            Write($"pest{i}", "buy this");

        for (var i = 0; i < Most; i++)
            _victim.Join($"room{i}");
        Assert.Equal(ErrorCode.TooManyRooms, _victim.Refused(id => new Join(id, "one-more", PresenceMode.None, null, null)));
        Write("pest0", "and this");
        Assert.Equal(3 * Most + 1, _victim.Received.OfType<Message>().Count());
    }

    [Spec("CP-ROM-022")]
    [Fact]
    public void Beyond_the_bound_the_quietest_is_left_and_its_next_entry_leads_back_with_nothing_lost()
    {
        var first = Write("first", "one");
        var second = Write("second", "one");
        for (var i = 2; i < Most; i++)
            Write($"pest{i}", "one");
        Write("first", "two");

        Write("one-more", "one");
        Assert.Equal((ulong)Most, Listed().Rooms);
        Write("second", "two");
        Write("first", "three");

        Assert.Equal((ulong)Most, Listed().Rooms);
        Assert.Equal([0, 1], _victim.Received.OfType<PrivateRoom>().Where(r => r.Room == second).Select(r => r.Cursor));
        Assert.Equal(["one", "two"], _victim.Texts(second));
        Assert.Equal(["one", "two", "three"], _victim.Texts(first));
        Assert.Single(_victim.Received.OfType<PrivateRoom>(), r => r.Room == first);
    }

    [Spec("CP-ROM-009", "CP-ROM-022")]
    [Fact]
    public void A_room_that_still_has_something_to_deliver_is_not_left()
    {
        _victim.Peer.Capacity = 1;
        var rooms = Enumerable.Range(0, Most).Select(i => Write($"pest{i}", "one")).ToList();

        var late = Write("late", "one");
        Assert.DoesNotContain(_victim.Received.OfType<PrivateRoom>(), r => r.Room == late);
        _victim.Peer.Capacity = null;
        _victim.TakeAll();
        Assert.All(rooms, room => Assert.Equal(["one"], _victim.Texts(room)));

        Write("late", "two");
        Assert.Equal(["two"], _victim.Texts(late));
        Assert.Equal(1UL, _victim.Received.OfType<PrivateRoom>().Single(r => r.Room == late).Cursor);
        Assert.Equal(2, _victim.Ask<Page>(id => new History(id, late, 10, null, null)).Count);
    }

    [Fact]
    public void Whoever_leaves_such_a_room_leaves_it_and_what_was_joined_is_never_left_for_it()
    {
        var mine = _victim.Join("@" + _bench.LogIn("friend").LoggedIn!.Name).Room;
        var theirs = Write("pest", "one");
        _victim.Leave(theirs);
        for (var i = 0; i < 2 * Most; i++)
            Write($"pest{i}", "one");

        Write("friend", "hi");
        Assert.Equal(["hi"], _victim.Texts(mine));
        Assert.DoesNotContain(_victim.Received.OfType<PrivateRoom>(), r => r.Room == mine);
        Assert.Equal((ulong)Most + 1, Listed().Rooms);
    }

    private ulong Write(string from, string text)
    {
        var client = _bench.LogIn(from);
        var room = client.Open("@victim").Room;
        client.Say(room, text);
        client.Disconnect();
        return room;
    }

    private SessionListItem Listed() => _bench.LogInAdmin().Ask<SessionList>(id => new Sessions(id, 0)).Items.Single(s => s.Name == "victim");
}
