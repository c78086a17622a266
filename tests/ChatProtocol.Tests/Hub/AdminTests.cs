using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class AdminTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _admin;
    private readonly HubClient _bob;

    public AdminTests()
    {
        _admin = _bench.LogInAdmin();
        _bob = _bench.LogIn("bob", inbox: true);
    }

    public static TheoryData<string> Verbs => ["sessions", "kick", "tell", "broadcast", "status", "backup", "verify", "erase", "retain", "ban", "unban", "bans", "remove-room", "shutdown", "audit"];

    [Spec("CP-ADM-002")]
    [Theory]
    [MemberData(nameof(Verbs))]
    public void A_guest_may_not(string verb)
    {
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => verb switch
        {
            "sessions" => new Sessions(id, 0),
            "kick" => new Kick(id, null, "bob", ""),
            "tell" => new Tell(id, "bob", "hi"),
            "broadcast" => new Broadcast(id, "hi"),
            "status" => new Status(id),
            "backup" => new Backup(id, "/var/backups/chat.db"),
            "verify" => new Verify(id),
            "erase" => new Erase(id, 1, 1),
            "retain" => new Retain(id, 1, true, 1, null, null),
            "ban" => new Ban(id, "bob", null, null, null, "", false, false),
            "unban" => new Unban(id, 1, null, null),
            "bans" => new Bans(id, 0),
            "remove-room" => new RemoveRoom(id, 1),
            "audit" => new Audit(id, 0, null, null, null),
            _ => new Shutdown(id, 0, "", null),
        }));
        Assert.Empty(_bench.Orders);
        Assert.Empty(_bench.Log.MaintenanceTasks);
        Assert.Equal(0UL, _bench.Log.HeadOf(1));
    }

    [Fact]
    public void What_keeps_a_connection_alive_does_not_make_its_user_less_idle()
    {
        _bench.Pass(TimeSpan.FromMinutes(5));
        _bob.Ask<Pong>(id => new Ping(id));
        Assert.InRange(IdleOf("bob"), 300_000UL, 310_000UL);

        _bob.Open("lobby");
        Assert.Equal(0UL, IdleOf("bob"));
    }

    private ulong IdleOf(string name) => _admin.Ask<SessionList>(id => new Sessions(id, 0)).Items.Single(item => item.Name == name).Idle;

    [Spec("CP-ADM-010")]
    [Fact]
    public void What_was_verified_is_told_to_whoever_asked()
    {
        var asked = _admin.Send(id => new Verify(id));
        Assert.Null(_admin.AnswerTo(asked));
        _bench.Settle();
        Assert.Equal(new Verified(asked, 3, 20, 1), _admin.AnswerTo(asked));
    }

    [Spec("CP-ADM-009")]
    [Fact]
    public void A_backup_that_fails_is_told_with_the_reason_and_one_whose_asker_has_gone_to_nobody()
    {
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Backup(id, "chat.db")));
        Assert.IsType<Ok>(_admin.Ask<Ok>(id => new Backup(id, "/b")));
        _bench.MaintenanceResult = new MaintenanceResult("the disk is full");
        Assert.Equal("the disk is full", _admin.Ask<Error>(id => new Backup(id, "/b")).Text);

        _admin.Send(id => new Backup(id, "/b"));
        _admin.Disconnect();
        _bench.Settle();
    }

    [Fact]
    public void An_admin_is_called_admin() => Assert.Equal("admin", _admin.LoggedIn!.Name);

    [Spec("CP-ADM-003")]
    [Fact]
    public void Sessions_lists_every_connection_by_ascending_number()
    {
        _bob.Join("tea");
        _bench.Connect();
        _bench.Pass(TimeSpan.FromSeconds(5));

        var list = _admin.Ask<SessionList>(id => new Sessions(id, 0));
        Assert.Equal(
            [new(1, "admin", "127.0.0.1:50000", "admin", 0, HubBench.Begin, 0, 0),
                new(2, "bob", "127.0.0.1:50000", "tcp", 1, HubBench.Begin, 5000, 0),
                new(3, "", "127.0.0.1:50000", "tcp", 0, HubBench.Begin, 5000, 0)],
            list.Items);
        Assert.Equal([3UL], _admin.Ask<SessionList>(id => new Sessions(id, 2)).Items.Select(s => s.Session));
    }

    [Spec("CP-ROM-017")]
    [Fact]
    public void A_long_list_of_sessions_fits_a_frame_and_can_be_asked_on()
    {
        for (var i = 0; i < 700; i++)
            _bench.Connect();
        var seen = new List<ulong>();
        for (var more = true; more;)
        {
            var list = _admin.Ask<SessionList>(id => new Sessions(id, seen.LastOrDefault()));
            Assert.InRange(list.Items.Count, 1, 500);
            seen.AddRange(list.Items.Select(s => s.Session));
            more = list.More;
        }

        Assert.Equal(Enumerable.Range(1, 702).Select(i => (ulong)i), seen);
    }

    [Spec("CP-ADM-004")]
    [Fact]
    public void Kick_closes_one_session_by_its_number()
    {
        var also = _bench.LogIn("bob");
        _admin.Ask<Ok>(id => new Kick(id, also.LoggedIn!.Session, null, "out"));

        Assert.Equal(new Bye(ByeCode.Kicked, "out", null), also.Last);
        Assert.Equal((true, false), (also.IsClosed, _bob.IsClosed));
    }

    [Spec("CP-ADM-004")]
    [Fact]
    public void Kick_closes_all_sessions_of_a_name()
    {
        var also = _bench.LogIn("bob");
        _admin.Ask<Ok>(id => new Kick(id, null, "BOB", "out"));

        Assert.Equal((true, true), (also.IsClosed, _bob.IsClosed));
    }

    [Spec("CP-ADM-004")]
    [Fact]
    public void Kick_closes_a_connection_that_is_not_logged_in()
    {
        var client = _bench.Connect();
        _admin.Ask<Ok>(id => new Kick(id, 3, null, "out"));

        Assert.True(client.IsClosed);
    }

    [Spec("CP-ADM-004")]
    [Fact]
    public void An_admin_that_kicks_itself_gets_its_answer_first()
    {
        _admin.Ask<Ok>(id => new Kick(id, 1, null, "me"));

        Assert.Equal(ByeCode.Kicked, Assert.IsType<Bye>(_admin.Last).Why);
    }

    [Spec("CP-ADM-004")]
    [Theory]
    [InlineData(99, null, ErrorCode.NoSuchSession)]
    [InlineData(null, "nobody", ErrorCode.NoSuchUser)]
    [InlineData(null, "server", ErrorCode.NoSuchUser)]
    [InlineData(null, "\ufffe", ErrorCode.NoSuchUser)]
    [InlineData(null, null, ErrorCode.InvalidValue)]
    [InlineData(2, "bob", ErrorCode.InvalidValue)]
    public void A_kick_without_a_target_is_refused(int? session, string? name, ErrorCode reason)
    {
        Assert.Equal(reason, _admin.Refused(id => new Kick(id, (ulong?)session, name, "")));
        Assert.False(_bob.IsClosed);
    }

    [Spec("CP-ADM-005")]
    [Fact]
    public void Tell_is_an_entry_of_the_server_in_its_private_room_with_the_user()
    {
        Assert.Equal(1UL, _admin.Ask<Posted>(id => new Tell(id, "BOB", "psst")).Seq);

        var room = Assert.IsType<PrivateRoom>(_bob.Received.Find(f => f is PrivateRoom));
        Assert.Equal((1UL, "server"), (room.Peer, room.Name));
        var entry = Assert.Single(_bob.Entries(room.Room));
        Assert.Equal((1UL, "server", "psst"), (entry.From, entry.Name, entry.Text.ToString()));
    }

    [Spec("CP-ADM-005")]
    [Theory]
    [InlineData("nobody", "hi", ErrorCode.NoSuchUser)]
    [InlineData("\ufffe", "hi", ErrorCode.NoSuchUser)]
    [InlineData("bob", "", ErrorCode.TextEmpty)]
    public void Tell_is_refused_as_a_private_post_is(string name, string text, ErrorCode reason) =>
        Assert.Equal(reason, _admin.Refused(id => new Tell(id, name, text)));

    [Spec("CP-ADM-005")]
    [Fact]
    public void Tell_to_an_absent_guest_is_refused()
    {
        _bob.Disconnect();

        Assert.Equal(ErrorCode.NoSuchUser, _admin.Refused(id => new Tell(id, "bob", "hi")));
    }

    [Spec("CP-ADM-006")]
    [Fact]
    public void A_broadcast_is_an_entry_in_the_lobby_and_a_notice_elsewhere()
    {
        var eve = _bench.LogIn("eve");
        eve.Join("lobby");
        _admin.Ask<Posted>(id => new Broadcast(id, "hear"));

        Assert.Equal(new Message(1, 1, HubBench.Begin, 1, "server", "hear"), Assert.Single(eve.Entries(1)));
        Assert.DoesNotContain(eve.Received, f => f is Notice);
        Assert.Equal(new Notice(HubBench.Begin, "hear"), Assert.Single(_bob.Received, f => f is Notice));
    }

    [Spec("CP-ADM-006")]
    [Fact]
    public void Who_is_not_logged_in_hears_no_broadcast()
    {
        var client = _bench.Greet();
        _admin.Ask<Posted>(id => new Broadcast(id, "hear"));

        Assert.DoesNotContain(client.Received, f => f is Notice);
    }

    [Spec("CP-ADM-006", "CP-DEL-003")]
    [Fact]
    public void A_broadcast_is_told_to_nobody_before_it_is_durable()
    {
        _admin.Send(id => new Broadcast(id, "hear"));
        _bench.Hub.Flush();

        Assert.DoesNotContain(_bob.Received, f => f is Notice);
    }

    [Fact]
    public void A_broadcast_that_could_not_be_stored_is_told_to_nobody()
    {
        var id = _admin.Send(i => new Broadcast(i, "lost"));
        _bench.Fail();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_admin.AnswerTo(id)).Reason);
        Assert.DoesNotContain(_bob.Received, f => f is Notice);
    }

    [Spec("CP-ADM-006")]
    [Fact]
    public void The_notice_has_the_entrys_time_even_if_the_clock_goes_back()
    {
        _admin.Ask<Posted>(id => new Broadcast(id, "one"));
        _bench.SetClock(HubBench.Begin - 5000);
        _admin.Ask<Posted>(id => new Broadcast(id, "two"));

        Assert.Equal((ulong)HubBench.Begin, _bob.Received.OfType<Notice>().Last().Time);
    }

    [Fact]
    public void An_empty_broadcast_is_refused() => Assert.Equal(ErrorCode.TextEmpty, _admin.Refused(id => new Broadcast(id, "")));

    [Spec("CP-ADM-007")]
    [Fact]
    public void Status_tells_how_the_server_is_doing()
    {
        _bench.Connect();
        _bob.Say(_bob.Join("tea").Room, "hi");
        _bob.Peer.Capacity = 1;
        _bob.Ask<Pong>(id => new Ping(id));
        _bench.Pass(TimeSpan.FromSeconds(1));

        var status = _admin.Ask<StatusReport>(id => new Status(id));
        Assert.Equal(("bench/1", (ulong)HubBench.Begin, 2UL, 2UL, 1UL), (status.Agent, status.Started, status.Sessions, status.Rooms, status.Posts));
        Assert.Equal((ulong)_bob.Peer.Queued, status.Queued);
        Assert.Equal((null, null), (status.Free, status.Floor));
    }

    [Spec("CP-ADM-040")]
    [Fact]
    public void Status_tells_connections_deliveries_and_how_long_commits_take()
    {
        _bench.Connect();
        var room = _bob.Join("tea").Room;
        _admin.Join("tea");
        var before = _admin.Ask<StatusReport>(id => new Status(id));
        for (var i = 1; i <= 2; i++)
        {
            _bob.SendPost(room, "hi");
            _bench.Hub.Flush();
            _bench.Log.UnderWay!.Took = TimeSpan.FromMilliseconds(i);
            _bench.Settle();
        }

        var after = _admin.Ask<StatusReport>(id => new Status(id));
        Assert.Equal((3UL, 4UL, 2UL, 3000UL, 2000UL),
            (after.Connections, after.Delivered - before.Delivered, after.Commits - before.Commits, after.CommitTime - before.CommitTime, after.SlowestCommit));
        _bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2000UL, _admin.Ask<StatusReport>(id => new Status(id)).SlowestCommit);
        _bench.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(0UL, _admin.Ask<StatusReport>(id => new Status(id)).SlowestCommit);
    }

    [Spec("CP-ADM-007")]
    [Fact]
    public void Status_tells_the_room_on_the_disk_before_it_is_so_little_that_posts_are_refused()
    {
        var room = _bob.Join("tea").Room;
        _bench.Hub.StorageIs(low: false, free: 4000, floor: 2000);
        _bob.Say(room, "there is room");
        Assert.Equal((4000UL, 2000UL), _admin.Ask<StatusReport>(id => new Status(id)) is { Free: { } free, Floor: { } floor } ? (free, floor) : default);

        _bench.Hub.StorageIs(low: true, free: 1999, floor: 2000);
        var error = _bob.Ask<Error>(id => new Post(id, room, "there is none", null));
        Assert.Equal(ErrorCode.LogUnavailable, error.Reason);
        Assert.NotNull(error.RetryAfter);
        _bob.Ask<Page>(id => new History(id, room, 10, null, null));
        _admin.Ask<Posted>(id => new Broadcast(id, new Text("an admin may")));
    }
}
