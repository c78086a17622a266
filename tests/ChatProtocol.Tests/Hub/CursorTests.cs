using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class CursorTests
{
    private const int Count = 40;

    [Spec("CP-DEL-012", "CP-DEL-022")]
    [Theory]
    [MemberData(nameof(CursorsAndTails))]
    public void A_join_gives_every_entry_behind_its_cursor_once_and_in_order(int after, long tailBytes)
    {
        var (bench, _, room) = Filled(tailBytes);
        var bob = bench.LogIn("bob");
        var info = bob.Join("tea", after: (ulong)after);
        bench.LogIn("ann").Say(room, "live");

        Assert.Equal((ulong)after, info.Cursor);
        Assert.Equal(Enumerable.Range(after + 1, Count + 1 - after).Select(i => (ulong)i), bob.Seqs(room));
    }

    public static TheoryData<int, long> CursorsAndTails
    {
        get
        {
            var data = new TheoryData<int, long>();
            foreach (var after in new[] { 0, 1, 7, 20, 34, 35, 36, Count - 1, Count })
                foreach (var tail in new long[] { 0, 100, 400, 1 << 20 })
                    data.Add(after, tail);
            return data;
        }
    }

    [Spec("CP-DEL-022")]
    [Fact]
    public void Without_a_cursor_a_join_begins_at_the_head()
    {
        var (bench, ann, room) = Filled(0);
        var bob = bench.LogIn("bob");

        Assert.Equal((ulong)Count, bob.Join("tea").Cursor);
        ann.Say(room, "live");
        Assert.Equal(["live"], bob.Texts(room));
    }

    [Spec("CP-DEL-012")]
    [Fact]
    public void What_is_committed_while_the_log_is_read_comes_behind_it()
    {
        var (bench, ann, room) = Filled(0);
        var bob = bench.LogInBehind("ann");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 30, null));
        ann.SendPost(room, "live");
        bench.Commit();
        Assert.Empty(bob.Entries(room));
        bench.Settle();

        Assert.Equal(Enumerable.Range(31, 11).Select(i => (ulong)i), bob.Seqs(room));
    }

    [Spec("CP-ROM-007")]
    [Fact]
    public void What_is_read_for_a_member_that_has_left_is_not_sent()
    {
        var (bench, _, room) = Filled(0);
        var bob = bench.LogInBehind("ann");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        bob.Send(id => new Leave(id, room));
        bench.Settle();

        Assert.Empty(bob.Entries(room));
    }

    [Fact]
    public void What_is_read_for_a_session_that_has_gone_is_not_sent()
    {
        var (bench, _, room) = Filled(0);
        var bob = bench.LogInBehind("ann");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        bob.Disconnect();
        bench.Settle();

        Assert.Empty(bob.Entries(room));
    }

    [Spec("CP-DEL-012")]
    [Fact]
    public void Who_leaves_and_joins_again_while_the_log_is_read_gets_each_entry_once()
    {
        var (bench, _, room) = Filled(0);
        var bob = bench.LogInBehind("ann");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        bob.Send(id => new Leave(id, room));
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 30, null));
        bench.Settle();

        Assert.Equal(Enumerable.Range(31, 10).Select(i => (ulong)i), bob.Seqs(room));
    }

    [Spec("CP-DEL-018")]
    [Fact]
    public void A_cursor_beyond_the_head_is_refused_with_the_head()
    {
        var (bench, _, _) = Filled(0);

        var bob = bench.LogIn("bob");
        var error = bob.Ask<Error>(id => new Join(id, "tea", PresenceMode.None, Count + 1, bob.Open("tea").Epoch));
        Assert.Equal((ErrorCode.CursorAhead, (ulong)Count), (error.Reason, error.Value));
    }

    [Spec("CP-DEL-018", "CP-DEL-003")]
    [Fact]
    public void A_cursor_at_an_entry_that_is_not_committed_is_refused()
    {
        var (bench, ann, room) = Filled(0);
        ann.SendPost(room, "under way");
        var join = ann.Send(id => new Leave(id, room));
        join = ann.Send(id => new Join(id, "tea", PresenceMode.None, Count + 1, null));

        Assert.Equal(ErrorCode.CursorAhead, Assert.IsType<Error>(ann.AnswerTo(join)).Reason);
    }

    [Spec("CP-DEL-019")]
    [Fact]
    public void A_cursor_of_an_epoch_that_is_over_is_good_below_the_new_one()
    {
        var bench = Restored();
        var bob = bench.LogIn("bob");
        var info = bob.Join("tea", after: 9, epoch: 5);
        bench.Settle();

        Assert.Equal((8UL, 10UL), (info.Epoch, info.First));
        Assert.Equal(Enumerable.Range(10, 3).Select(i => (ulong)i), bob.Seqs(info.Room));
    }

    [Spec("CP-DEL-019")]
    [Theory]
    [InlineData(10)]
    [InlineData(500)]
    public void A_cursor_of_an_epoch_that_is_over_is_refused_above_with_the_last_seq_that_is_good(ulong after)
    {
        var error = Restored().LogIn("bob").Ask<Error>(id => new Join(id, "tea", PresenceMode.None, after, 5));

        Assert.Equal((ErrorCode.EpochChanged, 9UL), (error.Reason, error.Value));
    }

    [Spec("CP-DEL-011")]
    [Fact]
    public void A_room_keeps_its_epoch_over_a_restart()
    {
        var (bench, _, _) = Filled(0);
        bench.Restart(o => o with { Epoch = 5000 });
        var ann = bench.LogIn("ann");
        var (tea, milk) = (ann.Open("tea"), ann.Join("milk"));

        Assert.Equal((HubBench.EpochOf(tea.Room), 5000 + milk.Room), (ann.Join("tea", after: 3, epoch: HubBench.EpochOf(tea.Room)).Epoch, milk.Epoch));
    }

    [Fact]
    public void A_refused_join_makes_no_member()
    {
        var (bench, ann, room) = Filled(0);
        var bob = bench.LogIn("bob");
        bob.Refused(id => new Join(id, "tea", PresenceMode.None, Count + 1, null));
        ann.Say(room, "live");

        Assert.Empty(bob.Entries(room));
    }

    [Fact]
    public void A_member_whose_room_cannot_be_read_is_told_so_and_closed()
    {
        var (bench, _, _) = Filled(0);
        var bob = bench.LogInBehind("ann");
        bob.Send(id => new Join(id, "tea", PresenceMode.None, 0, null));
        bench.Hub.ReadDone(bench.Log.Reads.Dequeue(), null);

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(bob.Last).Reason);
        Assert.True(bob.IsClosed);
    }

    private static (HubBench Bench, HubClient Ann, ulong Room) Filled(long tailBytes)
    {
        var bench = new HubBench(o => o with { TailBytes = tailBytes });
        var ann = bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        for (var i = 1; i <= Count; i++)
        {
            ann.SendPost(room, $"{i}");
            if (i % 5 == 0 || i > 30)
                bench.Commit();
        }
        bench.Settle();
        return (bench, ann, room);
    }

    /// <summary>A room of 12 entries whose epoch, 8, began with the tenth.</summary>
    private static HubBench Restored()
    {
        var bench = new HubBench(o => o with { Epoch = 6 });
        var ann = bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        for (var i = 1; i <= 12; i++)
            ann.Say(room, $"{i}");
        bench.Log.Alter(room, r => r with { EpochFirst = 10 });
        bench.Restart();
        return bench;
    }
}
