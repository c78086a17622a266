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

    [Spec("CP-DEL-034")]
    [Fact]
    public void What_was_taken_in_a_membership_that_ended_untold_changes_nothing_in_the_next()
    {
        var reader = _bench.LogIn("reader", inbox: true, window: 100_000);
        var first = Write("first", new string('a', 1000), to: "@reader");
        for (var i = 0; i < Most; i++)
            Write($"other{i}", "one", to: "@reader");
        Write("first", "b", to: "@reader");

        reader.Take(first, 900);

        Assert.False(reader.IsClosed);
        Assert.Equal([0, 1], reader.Received.OfType<PrivateRoom>().Where(room => room.Room == first).Select(room => room.Cursor));
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

    [Spec("CP-ROM-021", "CP-ROM-022")]
    [Fact]
    public void Whoever_comes_back_joins_all_private_rooms_again_and_has_paid_nothing_for_it()
    {
        var rooms = Enumerable.Range(0, 2 * Most).Select(i => Write($"pest{i}", "one")).ToList();
        var again = _bench.LogIn("victim", inbox: true);
        for (var i = 0; i < 2 * Most; i++)
            Assert.Equal(rooms[i], again.Join($"@pest{i}", after: 0).Room);
        for (var i = 0; i < Most; i++)
            again.Join($"room{i}");

        Assert.Equal(2UL * Most, ListedOf(again).Rooms);
        Write("pest0", "two");
        Assert.Equal(["one", "two"], again.Texts(rooms[0]));
        var quiet = _bench.LogIn("victim");
        for (var i = 0; i < Most; i++)
            quiet.Join($"@pest{i}");
        Assert.Equal(ErrorCode.TooManyRooms, quiet.Refused(id => new Join(id, "@pest20", PresenceMode.None, null, null)));
    }

    [Spec("CP-ROM-021")]
    [Fact]
    public void A_private_room_is_not_joined_while_as_many_others_have_something_to_deliver()
    {
        _bench.LogIn("friend");
        _victim.Peer.Capacity = 1;
        for (var i = 0; i < Most; i++)
            Write($"pest{i}", "one");
        Assert.Equal(ErrorCode.TooManyRooms, _victim.Refused(id => new Join(id, "@friend", PresenceMode.None, null, null)));

        _victim.Peer.Capacity = null;
        _victim.TakeAll();
        _victim.Join("@friend");
    }

    [Fact]
    public void Whoever_leaves_such_a_room_leaves_it()
    {
        var theirs = Write("pest", "one");
        _victim.Leave(theirs);
        Write("pest", "two");

        Assert.Equal(["one", "two"], _victim.Texts(theirs));
        Assert.Equal([0, 1], _victim.Received.OfType<PrivateRoom>().Select(r => r.Cursor));
    }

    [Spec("CP-ROM-009", "CP-LIM-007")]
    [Fact]
    public void Sessions_of_somebody_who_has_many_are_led_to_a_private_room_in_steps_and_miss_nothing()
    {
        var sessions = Enumerable.Range(0, 100).Select(_ => _bench.LogIn("victim", inbox: true)).ToList();
        var pest = _bench.LogIn("pest");
        var room = pest.Open("@victim").Room;

        foreach (var text in (string[])["one", "two"])
        {
            pest.SendPost(room, text);
            _bench.Hub.Flush();
            var before = _bench.Hub.Steps;
            _bench.Hub.Committed(_bench.Log.Store());
            Assert.InRange(_bench.Hub.Steps - before, 0, 16);
        }
        _bench.Settle();
        pest.Say(room, "three");

        Assert.All(sessions, one => Assert.Equal(["one", "two", "three"], one.Texts(room)));
        Assert.All(sessions, one => Assert.Equal(0ul, Assert.Single(one.Received.OfType<PrivateRoom>()).Cursor));
    }

    private ulong Write(string from, string text, string to = "@victim")
    {
        var client = _bench.LogIn(from);
        var room = client.Open(to).Room;
        client.Say(room, text);
        client.Disconnect();
        return room;
    }

    private SessionListItem Listed() => ListedOf(_victim);

    private SessionListItem ListedOf(HubClient client) =>
        _bench.LogInAdmin().Ask<SessionList>(id => new Sessions(id, 0)).Items.Single(s => s.Session == client.LoggedIn!.Session);
}
