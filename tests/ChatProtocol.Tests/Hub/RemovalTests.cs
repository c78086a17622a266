using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class RemovalTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _admin;
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public RemovalTests()
    {
        _admin = _bench.LogInAdmin();
        _ann = _bench.LogIn("ann", publisher: 7);
        _bob = _bench.LogIn("bob");
        _room = _ann.Join("tea").Room;
        _bob.Join("tea");
        for (var i = 1; i <= 3; i++)
            _ann.Say(_room, $"text {i}", (ulong)i);
    }

    [Spec("CP-ADM-030", "CP-ROM-020")]
    [Fact]
    public void The_members_are_told_and_nobody_finds_the_room_any_more()
    {
        Remove(_room);

        Assert.All([_ann, _bob], client => Assert.Equal(new RoomRemoved(_room), client.Last));
        Func<ulong, Request>[] asked =
        [
            id => new Post(id, _room, "hi", null),
            id => new Post(id, _room, "text 3", 3),
            id => new History(id, _room, 10, null, null),
            id => new Members(id, _room, 0),
            id => new Open(id, "tea", false),
        ];
        Assert.All(asked, ask => Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(ask)));
        Assert.Equal(ErrorCode.NotJoined, _ann.Refused(id => new Leave(id, _room)));
        Assert.DoesNotContain(_ann.Ask<RoomList>(id => new Rooms(id, 0)).Items, room => room.Name == "tea");
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new RemoveRoom(id, _room)));
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new Retain(id, _room, false, null, null, null)));
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new Erase(id, _room, 1)));
    }

    [Spec("CP-ADM-030", "CP-ROM-002")]
    [Fact]
    public void The_name_is_free_and_the_id_is_never_given_again()
    {
        Remove(_room);
        var next = _ann.Join("tea");
        Assert.NotEqual(_room, next.Room);
        Assert.Equal(1UL, _ann.Say(next.Room, "anew", 1).Seq);

        _bench.Restart();
        var ann = _bench.LogIn("ann", publisher: 7);
        Assert.Equal((next.Room, 1UL), (ann.Open("tea").Room, ann.Open("tea").Head));
        Assert.Equal(2UL, ann.Say(next.Room, "on", 2).Seq);
        Assert.True(ann.Open("yet-another").Room > next.Room);
    }

    [Spec("CP-DEL-038")]
    [Fact]
    public void A_cursor_of_the_removed_room_is_not_good_for_the_next_of_its_name()
    {
        var before = _ann.Open("tea");
        Remove(_room);
        var next = _ann.Join("tea");
        for (var i = 1; i <= 5; i++)
            _ann.Say(next.Room, $"other text {i}");

        var error = _bob.Ask<Error>(id => new Join(id, "tea", PresenceMode.None, before.Head, before.Epoch));
        Assert.Equal((ErrorCode.EpochChanged, 0UL), (error.Reason, error.Value));
        Assert.Equal([1, 2, 3, 4, 5], JoinedAnew());

        IEnumerable<ulong> JoinedAnew()
        {
            _bob.Join("tea", after: 0, epoch: before.Epoch);
            return _bob.Seqs(next.Room);
        }
    }

    [Spec("CP-ADM-031")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_said_and_counted_there_leaves_the_log_over_a_restart_too(bool isStopped)
    {
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.Contains(_room, _bench.Log.RoomsOfPublishers);
        var asked = _admin.Send(id => new RemoveRoom(id, _room));
        _bench.Commit();
        Assert.IsType<Ok>(_admin.AnswerTo(asked));
        Assert.NotEmpty(_bench.Log.SegmentsOf(_room));
        if (isStopped)
        {
            _bench.Restart();
            _bench.LogIn("ann", publisher: 7).Join("tea");
            _bench.Pass(TimeSpan.FromSeconds(1));
        }

        _bench.Settle();
        Assert.Empty(_bench.Log.SegmentsOf(_room));
        Assert.DoesNotContain(_room, _bench.Log.RoomsOfPublishers);
        Assert.Empty(_bench.Log.Contents.RemovedRooms);
        Assert.DoesNotContain(_bench.Log.Contents.Rooms, room => room.Id == _room);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void Limits_that_are_asked_for_behind_a_removal_do_not_bring_the_room_back()
    {
        _admin.Send(id => new RemoveRoom(id, _room));
        _admin.Send(id => new Retain(id, _room, Change: true, null, 1, null, DryRun: false));
        _bench.Commit();
        _bench.Restart();

        Assert.DoesNotContain(_bench.Log.Contents.Rooms, room => room.Id == _room);
        Assert.NotEqual(_room, _bench.LogIn("ann", publisher: 7).Join("tea").Room);
    }

    [Spec("CP-ADM-031")]
    [Fact]
    public void The_log_is_scrubbed_when_the_last_of_it_has_gone()
    {
        _admin.Send(id => new RemoveRoom(id, _room));
        while (_bench.Log.Contents.RemovedRooms.Count > 0 || _bench.Log.SegmentsOf(_room).Any())
        {
            Assert.Empty(_bench.Log.MaintenanceTasks);
            _bench.Commit();
        }
        Assert.IsType<ChatProtocol.Hub.MaintenanceTask.Scrub>(Assert.Single(_bench.Log.MaintenanceTasks));
    }

    [Spec("CP-ADM-031")]
    [Fact]
    public void A_log_that_cannot_write_is_tried_again_after_a_while()
    {
        _admin.Send(id => new RemoveRoom(id, _room));
        _bench.Commit();
        _bench.LosesBatches = true;
        _bench.Settle();
        _bench.LosesBatches = false;
        Assert.NotEmpty(_bench.Log.SegmentsOf(_room));

        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
        Assert.Empty(_bench.Log.SegmentsOf(_room));
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_removal_that_cannot_be_stored_is_refused_and_the_room_is_as_before()
    {
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new RemoveRoom(id, _room)));
        _bench.LosesBatches = false;

        Assert.DoesNotContain(_bob.Received, frame => frame is RoomRemoved);
        Assert.Equal(4UL, _ann.Say(_room, "text 4", 4).Seq);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void The_lobby_and_what_is_not_there_cannot_be_removed()
    {
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new RemoveRoom(id, 1)));
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new RemoveRoom(id, 999)));
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_private_room_is_removed_by_its_id_and_its_two_get_another()
    {
        var mine = _ann.Join("@bob").Room;
        _ann.Say(mine, "psst");
        Remove(mine);

        Assert.Equal(new RoomRemoved(mine), _ann.Last);
        var next = _bob.Join("@ann", after: 0);
        Assert.NotEqual(mine, next.Room);
        Assert.Empty(_bob.Entries(next.Room));
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_post_that_is_stored_with_the_removal_is_answered_and_one_behind_it_is_refused()
    {
        var stored = _ann.SendPost(_room, "text 4", 4);
        var asked = _admin.Send(id => new RemoveRoom(id, _room));
        var also = _ann.SendPost(_room, "text 5", 5);
        _bench.Hub.Flush();
        var (behind, repeated) = (_ann.SendPost(_room, "text 6", 6), _ann.SendPost(_room, "text 6", 6));
        var (change, erase) = (_admin.Send(id => new Retain(id, _room, true, 1, null, null)), _admin.Send(id => new Erase(id, _room, 1)));
        var again = _admin.Send(id => new RemoveRoom(id, _room));
        _bench.Settle();

        Assert.All([stored, also], id => Assert.IsType<Posted>(_ann.AnswerTo(id)));
        Assert.IsType<Ok>(_admin.AnswerTo(asked));
        Assert.All([behind, repeated], id => Assert.Equal(ErrorCode.NoSuchRoom, Assert.IsType<Error>(_ann.AnswerTo(id)).Reason));
        Assert.All([change, erase, again], id => Assert.Equal(ErrorCode.NoSuchRoom, Assert.IsType<Error>(_admin.AnswerTo(id)).Reason));
        Assert.DoesNotContain("text 6", _bob.Texts(_room));
        Assert.Empty(_bench.Log.SegmentsOf(_room));
        Assert.Empty(_bench.Log.Contents.RemovedRooms);
        Assert.DoesNotContain(_bench.Log.Contents.Rooms, room => room.Id == _room);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_room_without_an_entry_and_one_whose_first_is_under_way_are_removed_as_well()
    {
        var empty = _ann.Join("empty").Room;
        Remove(empty);
        Assert.Equal(new RoomRemoved(empty), _ann.Last);

        var fresh = _ann.Join("fresh").Room;
        var asked = _admin.Send(id => new RemoveRoom(id, fresh));
        _bench.Hub.Flush();
        var first = _ann.SendPost(fresh, "first");
        _bench.Settle();
        Assert.IsType<Ok>(_admin.AnswerTo(asked));
        Assert.Equal(ErrorCode.NoSuchRoom, Assert.IsType<Error>(_ann.AnswerTo(first)).Reason);
        Assert.DoesNotContain(_bench.Log.Contents.Rooms, room => room.Id == fresh);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void A_room_that_its_last_member_leaves_while_its_removal_is_under_way_goes_once()
    {
        var empty = _ann.Join("empty").Room;
        var asked = _admin.Send(id => new RemoveRoom(id, empty));
        _bench.Hub.Flush();
        var left = _ann.Send(id => new Leave(id, empty));
        _bench.Settle();
        Assert.IsType<Ok>(_ann.AnswerTo(left));
        Assert.Equal(ErrorCode.NoSuchRoom, Assert.IsType<Error>(_admin.AnswerTo(asked)).Reason);

        Assert.True(_ann.Join("empty").Room > empty);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void Reads_under_way_end_with_nothing_of_it()
    {
        _bench.Restart();
        var (admin, reader, pager) = (_bench.LogInAdmin(), _bench.LogIn("reader"), _bench.LogIn("pager"));
        reader.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        var page = pager.Send(id => new History(id, _room, 10, null, null));
        Assert.Equal(2, _bench.Log.Reads.Count);
        admin.Send(id => new RemoveRoom(id, _room));
        _bench.Commit();
        var read = _bench.Log.Reads.Dequeue();
        _bench.Hub.ReadDone(read, new EntryResult(read.Query.Range, []));
        var second = _bench.Log.Reads.Dequeue();
        var range = second.Query.Range;
        _bench.Hub.ReadDone(second, new EntryResult(range, EntryRun.Cover(range.First, range.Last, _bench.Log.SegmentsOf(_room))));
        _bench.Settle();

        Assert.Empty(reader.Entries(_room));
        Assert.False(reader.IsClosed);
        Assert.Equal(new RoomRemoved(_room), reader.Last);
        Assert.Equal(ErrorCode.NoSuchRoom, Assert.IsType<Error>(pager.AnswerTo(page)).Reason);
        reader.Join("lobby");
        _ = reader.Say(1, "still here");
        Assert.Equal(["still here"], reader.Texts(1));
    }

    [Fact]
    public void Whoever_is_behind_gets_no_more_of_it_and_goes_on_elsewhere()
    {
        var slow = _bench.LogIn("slow");
        slow.Peer.Capacity = 1;
        slow.Join("tea", after: 0);
        slow.Join("lobby");
        Remove(_room);
        slow.Peer.Capacity = null;
        slow.TakeAll();
        _ann.Say(1, "hello");

        Assert.Empty(slow.Entries(_room));
        Assert.Equal(["hello"], slow.Texts(1));
    }

    [Fact]
    public void A_large_room_is_left_a_slice_at_a_time_and_the_answer_comes_behind_the_last()
    {
        var crowd = Enumerable.Range(0, 1500).Select(i => _bench.LogIn($"user{i}")).ToList();
        crowd.ForEach(client => client.Join("tea"));
        var asked = _admin.Send(id => new RemoveRoom(id, _room));
        _bench.Hub.Flush();
        _bench.Hub.Committed(_bench.Log.Store());

        Assert.Null(_admin.AnswerTo(asked));
        Assert.True(_bench.Hub.Work());
        Assert.InRange(crowd.Count(client => client.Last is RoomRemoved), 1, 1400);
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Post(id, _room, "hi", null)));
        _bench.Settle();
        Assert.All(crowd, client => Assert.Single(client.Received.OfType<RoomRemoved>()));
        Assert.IsType<Ok>(_admin.AnswerTo(asked));
    }

    [Fact]
    public void Its_creator_may_create_another_in_its_place()
    {
        var bench = new HubBench(options => options with { Limits = options.Limits with { CreatedRooms = 1 } });
        var (admin, ann) = (bench.LogInAdmin(), bench.LogIn("ann"));
        var room = ann.Join("tea").Room;
        ann.Say(room, "hi");
        Assert.Equal(ErrorCode.TooManyRooms, ann.Refused(id => new Open(id, "more", true)));
        admin.Ask<Ok>(id => new RemoveRoom(id, room));

        ann.Open("more");
    }

    [Fact]
    public void Retention_under_way_ends_with_the_room()
    {
        _admin.Ask<Retention>(id => new Retain(id, _room, true, null, 1, null));
        _admin.Send(id => new RemoveRoom(id, _room));
        _bench.Commit();
        _bench.Pass(TimeSpan.FromMinutes(5));
        _bench.Settle();

        Assert.Empty(_bench.Log.Contents.RemovedRooms);
        Assert.Null(_bench.Log.UnderWay);
    }

    private void Remove(ulong room) => _admin.Ask<Ok>(id => new RemoveRoom(id, room));
}
