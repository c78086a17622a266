using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class RetentionTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _admin;
    private readonly HubClient _ann;
    private readonly ulong _room;

    public RetentionTests()
    {
        _admin = _bench.LogInAdmin();
        _ann = _bench.LogIn("ann", publisher: 7);
        _room = _ann.Open("tea").Room;
        for (var i = 1; i <= 10; i++)
            _ann.Say(_room, $"text {i}", (ulong)i);
        // Posts that no record of a publisher knows yet stay (CP-HIS-009).
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();
    }

    [Spec("CP-ADM-013")]
    [Fact]
    public void Everything_is_kept_unless_somebody_says_otherwise()
    {
        Assert.Equal((1UL, null, null, null), Told(Ask(change: false)));
        _bench.Freeze(TimeSpan.FromDays(1000));
        _bench.Pass(TimeSpan.FromHours(1));
        _bench.Settle();

        Assert.Equal((1UL, null, null, null), Told(Ask(change: false)));
        Assert.Equal(10, _bench.Log.SegmentsOf(_room).Count());
    }

    [Spec("CP-ADM-013")]
    [Fact]
    public void What_a_room_keeps_is_told_and_outlives_a_restart_and_can_be_turned_off()
    {
        Assert.Equal((1UL, 5000UL, 100UL, null), Told(Ask(change: true, age: 5000, count: 100)));
        _bench.Restart();
        Assert.Equal((1UL, 5000UL, 100UL, null), Told(_bench.LogInAdmin().Ask<Retention>(id => new Retain(id, _room, false, null, null, null))));
        Assert.Equal((1UL, null, null, null), Told(_bench.LogInAdmin().Ask<Retention>(id => new Retain(id, _room, true, null, null, null))));

        Assert.Null(_bench.Log.Contents.Rooms.Single(r => r.Id == _room).Keeps);
    }

    [Spec("CP-ADM-013")]
    [Fact]
    public void A_change_for_no_room_an_empty_room_or_a_log_that_fails_is_refused()
    {
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new Retain(id, 999, true, 1, null, null)));
        var empty = _ann.Open("empty").Room;
        Assert.Equal(ErrorCode.NoSuchEntry, _admin.Refused(id => new Retain(id, empty, true, 1, null, null)));
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Retain(id, _room, true, 1, null, null)));
        _bench.LosesBatches = false;

        Assert.Equal((1UL, null, null, null), Told(Ask(change: false)));
    }

    [Spec("CP-ADM-015")]
    [Fact]
    public void A_dry_run_counts_what_would_go_and_changes_nothing()
    {
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 7 };
        Assert.Equal(new Retention(0, 1, null, 3, null, 7), DryRun(count: 3) with { Id = 0 });
        Assert.Equal((1UL, null, null, null), Told(Ask(change: false)));
        Assert.Equal(10, _bench.Log.SegmentsOf(_room).Count());

        // What has expired already cannot go again.
        Ask(change: true, count: 5);
        _bench.Settle();
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 9 };
        Assert.Equal((8UL, 2UL), (DryRun(count: 1).Oldest, DryRun(count: 1).Entries));
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 0 };
        Assert.Equal(0UL, DryRun(count: 100).Entries);
        Assert.Equal(0UL, DryRun().Entries);
    }

    [Spec("CP-ADM-015")]
    [Fact]
    public void A_dry_run_that_is_no_dry_run_or_cannot_be_made_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidValue, _admin.Refused(id => new Retain(id, _room, true, 1, null, null, DryRun: true)));
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new Retain(id, 999, false, 1, null, null, DryRun: true)));
        Assert.Equal(ErrorCode.Denied, _bench.LogIn("stranger").Refused(id => new Retain(id, _room, false, 1, null, null, DryRun: true)));
        _bench.MaintenanceResult = new MaintenanceResult("the disk is gone");
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Retain(id, _room, false, 1, null, null, DryRun: true)));
        Assert.Equal((1UL, null, null, null), Told(Ask(change: false)));
    }

    [Fact]
    public void The_lobby_can_be_limited_before_anything_is_said_in_it()
    {
        _admin.Ask<Retention>(id => new Retain(id, 1, true, null, 5, null));
        _bench.Restart();
        var bob = _bench.LogIn("bob");

        Assert.Equal(1UL, bob.Say(1, "first").Seq);
        Assert.Equal(5UL, _bench.LogInAdmin().Ask<Retention>(id => new Retain(id, 1, false, null, null, null)).Count);
    }

    [Spec("CP-HIS-007", "CP-HIS-009", "CP-DEL-022", "CP-ADM-014")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_has_expired_is_as_if_it_were_not_there_and_nothing_else_has_changed(bool behindARestart)
    {
        Expire(6);
        Assert.Equal(7UL, _bench.Log.SegmentsOf(_room).First().First);
        if (behindARestart)
            _bench.Restart();

        var bob = _bench.LogIn("bob");
        var info = bob.Join("tea", after: 2, epoch: HubBench.EpochOf(_room));
        Assert.Equal((HubBench.EpochOf(_room), 1UL, 10UL, 6UL, 7UL), (info.Epoch, info.First, info.Head, info.Cursor, info.Oldest));
        Assert.Equal([7, 8, 9, 10], bob.Seqs(_room));
        bob.Received.Clear();
        Assert.False(bob.Ask<Page>(id => new History(id, _room, 50, null, null)).More);
        Assert.True(bob.Ask<Page>(id => new History(id, _room, 2, null, 0)).More);
        Assert.Equal(0, bob.Ask<Page>(id => new History(id, _room, 2, 7, null)).Count);
        Assert.Equal([7, 8, 9, 10, 7, 8], bob.Seqs(_room));

        var ann = behindARestart ? _bench.LogIn("ann", publisher: 7) : _ann;
        Assert.Equal(3UL, ann.Say(_room, "text 3", 3).Seq);
        Assert.Equal(11UL, ann.Say(_room, "on", 11).Seq);
    }

    [Spec("CP-HIS-008", "CP-DEL-012")]
    [Fact]
    public void A_member_that_is_behind_gets_everything_first()
    {
        var slow = _bench.LogIn("slow");
        slow.Peer.Capacity = 1;
        slow.Join("tea", after: 0);
        Expire(9);
        Assert.InRange(Ask(change: false).Oldest, 1UL, 9UL);
        slow.TakeAll();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (ulong)i), slow.Seqs(_room));

        _bench.Pass(TimeSpan.FromMinutes(2));
        _bench.Settle();
        Assert.Equal(10UL, Ask(change: false).Oldest);
    }

    [Fact]
    public void A_page_of_what_expires_while_it_is_read_is_empty_and_no_failure()
    {
        var bob = _bench.LogIn("bob");
        var asked = bob.Send(id => new History(id, _room, 3, 4, null));
        var read = _bench.Log.Reads.Dequeue();
        Expire(6);
        _bench.Hub.ReadDone(read, new EntryResult(read.Query.Range, []));

        Assert.Equal(0, Assert.IsType<Page>(bob.AnswerTo(asked)).Count);
    }

    [Spec("CP-HIS-005", "CP-HIS-007")]
    [Fact]
    public void A_page_upwards_of_what_expires_while_it_is_read_begins_behind_that()
    {
        var bob = _bench.LogIn("bob");
        var asked = bob.Send(id => new History(id, _room, 3, null, 1));
        var read = _bench.Log.Reads.Dequeue();
        var found = _bench.Log.Find(read.Query);
        Expire(6);
        _bench.Hub.ReadDone(read, found);
        _bench.Settle();

        Assert.True(Assert.IsType<Page>(bob.AnswerTo(asked)).More);
        Assert.Equal([7, 8, 9], bob.Seqs(_room));
    }

    [Spec("CP-ADM-014")]
    [Fact]
    public void It_is_looked_for_again_every_minute_also_when_nobody_is_there()
    {
        Expire(0);
        _admin.Disconnect();
        _ann.Disconnect();
        _bench.Settle();
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 6 };
        _bench.Pass(TimeSpan.FromMinutes(2));
        _bench.Settle();

        Assert.Equal(7UL, _bench.Log.SegmentsOf(_room).First().First);
    }

    [Fact]
    public void What_could_not_be_removed_is_removed_the_next_time()
    {
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 6 };
        _admin.Send(id => new Retain(id, _room, true, 1, null, null));
        _bench.Commit();
        _bench.Hub.MaintenanceDone(_bench.Log.MaintenanceTasks.Dequeue(), _bench.MaintenanceResult);
        _bench.Fail();
        Assert.Equal(1UL, _bench.Log.SegmentsOf(_room).First().First);
        _bench.Pass(TimeSpan.FromMinutes(2));
        _bench.Settle();

        Assert.Equal(7UL, _bench.Log.SegmentsOf(_room).First().First);
    }

    [Spec("CP-ADM-008")]
    [Fact]
    public void A_server_that_is_about_to_stop_leaves_the_rest_for_the_next_start()
    {
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 6 };
        _admin.Send(id => new Retain(id, _room, true, 1, null, null));
        _bench.Commit();
        _bench.Hub.MaintenanceDone(_bench.Log.MaintenanceTasks.Dequeue(), _bench.MaintenanceResult);
        _bench.Hub.Flush();
        _bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(5), new Bye(ByeCode.Shutdown, "", null)));
        var batch = _bench.Log.Store();
        batch.Changes.OfType<Expiry>().Single().HasMore = true;
        _bench.Hub.Committed(batch);
        _bench.Work();

        Assert.True(_bench.Hub.IsIdle);
    }

    /// <summary>Limits the room, and the log finds that everything up to an entry can go.</summary>
    private void Expire(ulong through)
    {
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = through };
        Ask(change: true, age: 1);
        _bench.Settle();
    }

    private Retention Ask(bool change, ulong? age = null, ulong? count = null) =>
        _admin.Ask<Retention>(id => new Retain(id, _room, change, age, count, null));

    private Retention DryRun(ulong? count = null) => _admin.Ask<Retention>(id => new Retain(id, _room, false, null, count, null, DryRun: true));

    private static (ulong, ulong?, ulong?, ulong?) Told(Retention told) => (told.Oldest, told.Age, told.Count, told.Bytes);
}
