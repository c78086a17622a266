using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The log's answers come back to a state that has moved on meanwhile.</summary>
public sealed class StaleAnswerTests
{
    private readonly HubBench _bench = new(o => o with { TailBytes = 0 });
    private readonly HubClient _ann;
    private readonly HubClient _admin;
    private readonly ulong _room;

    public StaleAnswerTests()
    {
        _ann = _bench.LogIn("ann");
        _admin = _bench.LogInAdmin();
        _room = _ann.Open("tea").Room;
        for (var i = 1; i <= 10; i++)
            _ann.Say(_room, $"{i}");
        _bench.MaintenanceResult = new MaintenanceResult(null);
    }

    private ulong Oldest => _admin.Ask<Retention>(id => new Retain(id, _room, false, null, null, null)).Oldest;

    [Spec("CP-ADM-013", "CP-ADM-014")]
    [Fact]
    public void A_limit_that_is_gone_when_the_search_ends_lets_nothing_expire()
    {
        Limit(age: 1);
        _bench.Commit();
        var search = _bench.Log.MaintenanceTasks.Dequeue();
        Limit(age: null);
        _bench.Commit();
        Found(search, 6);
        _bench.Settle();

        Assert.Equal((1ul, 1ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));
    }

    [Spec("CP-ADM-013", "CP-ADM-014")]
    [Fact]
    public void A_limit_that_is_about_to_go_lets_nothing_expire_with_the_batch_that_it_goes_with()
    {
        Limit(age: 1);
        _bench.Commit();
        var search = _bench.Log.MaintenanceTasks.Dequeue();
        Found(search, 6);
        Limit(age: null);
        _bench.Settle();
        Assert.Equal((1ul, 1ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));

        Limit(age: 1);
        _bench.Commit();
        search = _bench.Log.MaintenanceTasks.Dequeue();
        Limit(age: null);
        Found(search, 6);
        _bench.Settle();
        Assert.Equal((1ul, 1ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));
    }

    [Spec("CP-ADM-013", "CP-ADM-014")]
    [Fact]
    public void A_limit_that_goes_while_entries_expire_keeps_those_that_are_still_there()
    {
        Limit(age: 1);
        _bench.Commit();
        Found(_bench.Log.MaintenanceTasks.Dequeue(), 6);
        // The log removes one segment with each batch.
        _bench.Commit();
        _bench.Commit();
        Limit(age: null);
        _bench.Settle();

        var left = _bench.Log.SegmentsOf(_room).First().First;
        Assert.InRange(left, 3ul, 5ul);
        Assert.Equal(left, Oldest);
        Assert.Equal(left, _bench.LogIn("bob").Join("tea", after: 0).Cursor + 1);
    }

    [Spec("CP-ADM-014")]
    [Fact]
    public void What_was_found_by_other_limits_is_looked_for_again_by_those_that_hold()
    {
        Limit(age: 1);
        _bench.Commit();
        var search = _bench.Log.MaintenanceTasks.Dequeue();
        Limit(age: 5000);
        _bench.Commit();
        Found(search, 6);
        var again = Assert.IsType<MaintenanceTask.FindExpired>(_bench.Log.MaintenanceTasks.Dequeue());
        Assert.Equal(5000ul, again.Keeps.Age);
        Found(again, 2);
        _bench.Settle();

        Assert.Equal((3ul, 3ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));
    }

    [Spec("CP-ADM-013")]
    [Fact]
    public void A_change_that_could_not_be_stored_leaves_the_limit_at_work()
    {
        Limit(age: 1);
        _bench.Commit();
        var search = _bench.Log.MaintenanceTasks.Dequeue();
        Limit(age: null);
        _bench.Fail();
        Found(search, 6);
        // After a failure the log is left alone for a second.
        _bench.Pass(TimeSpan.FromSeconds(2));
        _bench.Settle();

        Assert.Equal((7ul, 7ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));
    }

    [Spec("CP-HIS-008", "CP-DEL-025")]
    [Fact]
    public void A_member_that_is_behind_for_ten_minutes_is_told_what_has_expired_and_holds_up_no_more()
    {
        var slow = _bench.LogIn("slow");
        slow.Peer.Capacity = 1;
        slow.Join("tea", after: 0);
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 8 };
        Limit(age: 1);
        _bench.Settle();
        _bench.Pass(TimeSpan.FromMinutes(9));
        _bench.Settle();
        var held = Oldest;
        Assert.InRange(held, 1ul, 8ul);
        for (var minute = 0; minute < 3; minute++)
        {
            _bench.Pass(TimeSpan.FromMinutes(1));
            _bench.Settle();
        }

        Assert.Equal((9ul, 9ul), (Oldest, _bench.Log.SegmentsOf(_room).First().First));
        slow.TakeAll();
        var seqs = slow.Seqs(_room).ToList();
        var gap = Assert.Single(slow.Received.OfType<Gap>());
        Assert.Equal((seqs.Count(seq => seq < 9) + 1, 8, GapReason.Expired), ((int)gap.First, (int)gap.Last, gap.Why));
        Assert.Equal([9ul, 10ul], seqs[^2..]);
    }

    [Spec("CP-HIS-007")]
    [Fact]
    public void A_page_has_nothing_of_what_expired_while_it_was_read()
    {
        var asked = _ann.Send(id => new History(id, _room, 6, null, 2));
        var read = _bench.Log.Reads.Dequeue();
        var found = _bench.Log.Find(read.Query);
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 4 };
        Limit(age: 1);
        _bench.Settle();
        _bench.Hub.ReadDone(read, found);

        Assert.Equal((4, 0), (Assert.IsType<Page>(_ann.AnswerTo(asked)).Count, ((Page)_ann.AnswerTo(asked)!).Gaps));
        Assert.Equal([5ul, 6ul, 7ul, 8ul], _ann.Seqs(_room));
    }

    [Spec("CP-DEL-012")]
    [Fact]
    public void A_read_for_a_member_that_left_and_joined_again_elsewhere_goes_nowhere()
    {
        var bob = _bench.LogIn("bob");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        var read = _bench.Log.Reads.Dequeue();
        bob.Send(id => new Leave(id, _room));
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 8, null));
        _bench.Hub.ReadDone(read, _bench.Log.Find(read.Query));
        _bench.Settle();

        Assert.Equal([9ul, 10ul], bob.Seqs(_room));
    }

    private void Limit(ulong? age) => _admin.Send(id => new Retain(id, _room, true, age, null, null));

    private void Found(MaintenanceTask search, ulong through) => _bench.Hub.MaintenanceDone(search, new MaintenanceResult(null) { Through = through });
}
