using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class FanOutTests
{
    private readonly HubBench _bench = new(o => o with { Limits = Limits.Default with { CreatedRooms = 10 } });
    private readonly HubClient _ann;
    private readonly ulong _room;

    public FanOutTests()
    {
        _ann = _bench.LogIn("ann");
        _room = _ann.Open("tea").Room;
    }

    [Fact]
    public void A_large_fan_out_is_done_in_slices()
    {
        var members = Crowd(3000);
        _ann.SendPost(_room, "hi");
        CommitOnly();
        _bench.Hub.Work();

        Assert.InRange(members.Count(m => m.Entries(_room).Count > 0), 500, 1500);
        Assert.False(_bench.Hub.IsIdle);
        _bench.Work();
        Assert.All(members, m => Assert.Single(m.Entries(_room)));
        Assert.True(_bench.Hub.IsIdle);
    }

    [Fact]
    public void A_small_room_does_not_wait_for_a_large_one()
    {
        Crowd(3000);
        var bob = _bench.LogInBehind("crowd");
        var milk = _ann.Open("milk").Room;
        bob.Join("milk");
        _ann.SendPost(_room, "hi");
        _ann.SendPost(milk, "hi");
        CommitOnly();
        _bench.Hub.Work();

        Assert.Single(bob.Entries(milk));
    }

    [Spec("CP-DEL-012")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_leaves_between_slices_costs_nobody_else_the_entry(bool wasServed)
    {
        var members = Crowd(3000);
        _ann.SendPost(_room, "hi");
        CommitOnly();
        _bench.Hub.Work();
        var leaving = members.Where(m => m.Entries(_room).Count > 0 == wasServed).Take(700).ToList();
        foreach (var member in leaving)
            member.Send(id => new Leave(id, _room));
        _bench.Work();

        Assert.All(members.Except(leaving), m => Assert.Single(m.Entries(_room)));
        Assert.All(leaving, m => Assert.Equal(wasServed ? 1 : 0, m.Entries(_room).Count));
    }

    [Fact]
    public void A_room_in_which_more_is_said_than_a_slice_serves_leaves_nobody_out()
    {
        var members = Crowd(3000);
        for (var i = 0; i < 20; i++)
        {
            _ann.SendPost(_room, $"{i}");
            CommitOnly();
            _bench.Hub.Work();
        }

        Assert.DoesNotContain(members, m => m.Entries(_room).Count == 0);
    }

    [Spec("CP-DEL-012")]
    [Fact]
    public void Whoever_joins_and_leaves_between_slices_everybody_gets_every_entry_once_and_in_order() =>
        Gen.Select(Gen.Int[300, 2500], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 10_000]).Array[40]).Sample((size, steps) =>
        {
            var crowd = new Crowding(size);
            foreach (var (step, pick) in steps)
                crowd.Do(step, pick);
            crowd.End();
        }, iter: 12, threads: 1);

    private List<HubClient> Crowd(int count)
    {
        _bench.LogIn("crowd");
        var members = Enumerable.Range(0, count).Select(_ => _bench.LogInBehind("crowd")).ToList();
        foreach (var member in members)
            member.Send(id => new Join(id, "tea", PresenceMode.None, null, null));
        return members;
    }

    private void CommitOnly()
    {
        _bench.Hub.Flush();
        _bench.Hub.Committed(_bench.Log.Store());
    }

    /// <summary>A room whose members come and go at random while its fan-out is under way.</summary>
    private sealed class Crowding
    {
        private readonly HubBench _bench = new();
        private readonly HubClient _ann;
        private readonly ulong _room;
        private readonly List<(HubClient Client, ulong Cursor)> _members = [];
        private ulong _posts;

        public Crowding(int size)
        {
            _ann = _bench.LogIn("ann");
            _room = _ann.Open("tea").Room;
            _ann.Say(_room, "0");
            for (var i = 0; i < size; i++)
                Join(1);
        }

        public void Do(int step, int pick)
        {
            switch (step)
            {
                case 0: Join((ulong)pick % (_bench.Log.HeadOf(_room) + 1)); break;
                case 1: Leave(pick); break;
                case 2 or 3: Commit(); break;
                default: _bench.Hub.Work(); break;
            }
        }

        public void End()
        {
            // At last leaves between slices that no later commit makes up for.
            Commit();
            _bench.Hub.Work();
            Leave(7);
            _bench.Settle();
            var head = _bench.Log.HeadOf(_room);
            foreach (var (client, cursor) in _members)
                Assert.Equal(Enumerable.Range(1, (int)(head - cursor)).Select(i => cursor + (ulong)i), client.Seqs(_room));
        }

        private void Join(ulong cursor)
        {
            var client = _bench.LogInBehind("ann");
            client.Send(id => new Join(id, "tea", PresenceMode.None, cursor, null));
            _members.Add((client, cursor));
        }

        private void Leave(int pick)
        {
            // Many at once, so that holes open on both sides of the scan.
            for (var i = 0; i < 20 && _members.Count > 1; i++)
            {
                var at = (pick * 31 + i * 97) % _members.Count;
                _members[at].Client.Send(id => new Leave(id, _room));
                _members.RemoveAt(at);
            }
        }

        private void Commit()
        {
            _ann.SendPost(_room, $"{++_posts}");
            _bench.Hub.Flush();
            _bench.Hub.Committed(_bench.Log.Store());
        }
    }
}
