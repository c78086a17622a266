using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class HistoryTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public HistoryTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob");
        _room = _ann.Open("tea").Room;
    }

    [Spec("CP-HIS-001", "CP-HIS-005")]
    [Theory]
    [InlineData(3, null, null, 8, 10, true)]
    [InlineData(10, null, null, 1, 10, false)]
    [InlineData(100, null, null, 1, 10, false)]
    [InlineData(3, 5, null, 2, 4, true)]
    [InlineData(4, 5, null, 1, 4, false)]
    [InlineData(3, 99, null, 8, 10, true)]
    [InlineData(3, null, 0, 1, 3, true)]
    [InlineData(3, null, 6, 7, 9, true)]
    [InlineData(3, null, 7, 8, 10, false)]
    [InlineData(3, null, 9, 10, 10, false)]
    public void A_page_holds_what_was_asked_for(int count, int? before, int? after, int first, int last, bool more)
    {
        Fill(10);
        var page = Read(count, (ulong?)before, (ulong?)after);

        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(i => (ulong)i), _bob.Seqs(_room));
        Assert.Equal((last - first + 1, more, 10UL, HubBench.EpochOf(_room)), (page.Count, page.More, page.Head, page.Epoch));
    }

    [Spec("CP-HIS-001")]
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(null, 10)]
    [InlineData(null, 500)]
    public void Where_there_is_nothing_a_page_is_empty(int? before, int? after)
    {
        Fill(10);
        var page = Read(5, (ulong?)before, (ulong?)after);

        Assert.Equal((0, false, 10UL), (page.Count, page.More, page.Head));
        Assert.Empty(_bob.Entries(_room));
    }

    // Ten entries, two in each second.
    [Spec("CP-HIS-005", "CP-HIS-006")]
    [Theory]
    [InlineData(3, null, null, 2000, null, 5, 7, true)]
    [InlineData(3, null, null, 1999, null, 5, 7, true)]
    [InlineData(3, null, null, 1001, 3000, 5, 6, false)]
    [InlineData(1, null, null, 1001, 3000, 5, 5, true)]
    [InlineData(9, null, null, 0, 5000, 1, 9, true)]
    [InlineData(100, null, null, 0, 5000, 1, 10, false)]
    [InlineData(3, null, null, null, 3000, 4, 6, true)]
    [InlineData(6, null, null, null, 3000, 1, 6, false)]
    [InlineData(3, null, 4, null, 3000, 5, 6, false)]
    [InlineData(2, null, 5, 0, null, 6, 7, true)]
    [InlineData(2, null, 1, 3000, null, 7, 8, true)]
    [InlineData(5, 7, null, 1000, null, 3, 6, false)]
    [InlineData(2, 7, null, 1000, null, 5, 6, true)]
    [InlineData(5, 10, null, null, 1000, 1, 2, false)]
    public void A_page_by_time_holds_what_was_asked_for(
        int count, int? before, int? after, int? since, int? until, int first, int last, bool more)
    {
        FillByTime();
        var page = _bob.Ask<Page>(id => new History(id, _room, count, (ulong?)before, (ulong?)after, At(since), At(until)));

        Assert.Equal(Enumerable.Range(first, last - first + 1).Select(i => (ulong)i), _bob.Seqs(_room));
        Assert.Equal((last - first + 1, more, 10UL), (page.Count, page.More, page.Head));
    }

    [Spec("CP-HIS-006")]
    [Theory]
    [InlineData(null, null, 4001, null)]
    [InlineData(null, null, null, 0)]
    [InlineData(null, null, 2001, 3000)]
    [InlineData(null, null, 3000, 2000)]
    [InlineData(null, 8, null, 3000)]
    [InlineData(3, null, 3000, null)]
    public void Between_times_at_which_nothing_was_said_a_page_is_empty(int? before, int? after, int? since, int? until)
    {
        FillByTime();
        var page = _bob.Ask<Page>(id => new History(id, _room, 5, (ulong?)before, (ulong?)after, At(since), At(until)));

        Assert.Equal((0, false, 10UL), (page.Count, page.More, page.Head));
        Assert.Empty(_bob.Entries(_room));
    }

    [Fact]
    public void The_page_of_an_empty_room_is_empty() => Assert.Equal((0, false, 0UL), Read(5) is var page ? (page.Count, page.More, page.Head) : default);

    [Spec("CP-HIS-001")]
    [Fact]
    public void What_is_said_while_the_newest_are_read_is_behind_the_head_that_the_page_tells()
    {
        Fill(10);
        var asked = _bob.Send(id => new History(id, _room, 5, null, null));
        _ann.SendPost(_room, "meanwhile");
        _bench.Commit();
        _bench.Settle();

        Assert.Equal(10UL, Assert.IsType<Page>(_bob.AnswerTo(asked)).Head);
        Assert.Equal([6UL, 7, 8, 9, 10], _bob.Seqs(_room));
    }

    [Spec("CP-HIS-002")]
    [Fact]
    public void The_entries_follow_their_page_directly()
    {
        _bob.Join("tea", PresenceMode.Full);
        Fill(10);
        var id = _bob.Send(i => new History(i, _room, 10, null, null));
        _bob.Send(i => new Ping(i));
        _ann.SendPost(_room, "live");
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Settle();

        var at = _bob.Received.FindIndex(f => f is Page);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (ulong)i), _bob.Received[(at + 1)..(at + 11)].Cast<Message>().Select(m => m.Seq));
        Assert.Equal(10, Assert.IsType<Page>(_bob.AnswerTo(id)).Count);
    }

    [Spec("CP-HIS-003")]
    [Theory]
    [InlineData(0, null, null)]
    [InlineData(1001, null, null)]
    [InlineData(1, 3, 3)]
    public void A_wrong_question_is_refused(int count, int? before, int? after) =>
        Assert.Equal(ErrorCode.InvalidValue, _bob.Refused(id => new History(id, _room, count, (ulong?)before, (ulong?)after)));

    [Fact]
    public void A_page_of_an_unknown_room_is_refused() =>
        Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(id => new History(id, 999, 1, null, null)));

    [Spec("CP-DEL-003")]
    [Fact]
    public void A_page_ends_with_what_is_committed()
    {
        Fill(3);
        _ann.SendPost(_room, "under way");
        _bench.Hub.Flush();
        var id = _bob.Send(i => new History(i, _room, 10, null, null));
        _bench.AnswerRead();

        Assert.Equal(3UL, Assert.IsType<Page>(_bob.AnswerTo(id)).Head);
        Assert.Equal(3, _bob.Entries(_room).Count);
    }

    [Spec("CP-HIS-004", "CP-HIS-005", "CP-HIS-011")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Long_entries_are_read_to_the_end_in_pages_of_64_KiB_or_of_one(bool isDown)
    {
        // Some in one batch, some alone, one as long as may be.
        for (var i = 0; i < 20; i++)
        {
            _ann.SendPost(_room, new string('x', i == 10 ? _bench.Options.Limits.Text : 9_000 + 700 * i));
            if (i % 4 == 3)
                _bench.Settle();
        }
        var seen = new List<ulong>();
        var pages = 0;
        for (var more = true; more; pages++)
        {
            _bob.Received.Clear();
            var page = isDown ? Read(15, before: seen.Count > 0 ? seen.Min() : null) : Read(15, after: seen.Count > 0 ? seen.Max() : 0);
            more = page.More;
            var bytes = _bob.Entries(_room).Sum(entry => FrameCodec.Encode(entry).Length);
            Assert.True(bytes <= 65_536 || page.Count == 1, $"{page.Count} entries have {bytes} bytes");
            seen.AddRange(_bob.Seqs(_room));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(i => (ulong)i), seen.Order());
        // The long one alone, and no page with less than what fits.
        Assert.InRange(pages, 6, 9);
    }

    [Fact]
    public void More_is_true_when_something_was_said_while_the_page_was_read()
    {
        Fill(3);
        var id = _bob.Send(i => new History(i, _room, 10, null, 0));
        _ann.SendPost(_room, "live");
        _bench.Commit();
        _bench.Settle();

        var page = Assert.IsType<Page>(_bob.AnswerTo(id));
        Assert.Equal((3, 4UL, true), (page.Count, page.Head, page.More));
    }

    [Fact]
    public void Pages_are_read_one_at_a_time()
    {
        Fill(10);
        for (var i = 0; i < 5; i++)
            _bob.Send(id => new History(id, _room, 10, null, null));

        Assert.Single(_bench.Log.Reads);
        _bench.Settle();
        Assert.Equal(5, _bob.Received.Count(f => f is Page));
    }

    [Fact]
    public void Long_replies_wait_while_the_peer_has_no_room()
    {
        Fill(10);
        _bob.Peer.Capacity = 1;
        Func<ulong, Request>[] requests = [id => new History(id, _room, 10, null, null), id => new Rooms(id, 0), id => new Members(id, _room, 0), id => new Rooms(id, 0)];
        var ids = requests.Select(_bob.Send).ToList();
        _bench.Settle();
        Assert.Equal(1, ids.Count(id => _bob.AnswerTo(id) is not null));
        _bob.TakeAll();

        Assert.All(ids, id => Assert.NotNull(_bob.AnswerTo(id)));
    }

    [Fact]
    public void A_page_that_cannot_be_read_is_refused_and_the_next_one_asked_for()
    {
        Fill(10);
        var first = _bob.Send(id => new History(id, _room, 10, null, null));
        var second = _bob.Send(id => new History(id, _room, 10, null, null));
        _bench.Hub.ReadDone(_bench.Log.Reads.Dequeue(), null);
        _bench.Settle();

        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_bob.AnswerTo(first)).Reason);
        Assert.IsType<Page>(_bob.AnswerTo(second));
    }

    [Fact]
    public void A_page_for_a_session_that_has_gone_goes_nowhere()
    {
        Fill(10);
        _bob.Send(id => new History(id, _room, 10, null, null));
        _bob.Disconnect();
        _bench.Settle();

        Assert.DoesNotContain(_bob.Received, f => f is Page);
    }

    [Fact]
    public void History_outlives_a_restart()
    {
        Fill(10);
        _bench.Restart();
        var bob = _bench.LogIn("bob");

        Assert.Equal(10, bob.Ask<Page>(id => new History(id, _room, 10, null, null)).Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), bob.Texts(_room));
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _ann.SendPost(_room, $"{i}");
            if (i % 4 == 0)
                _bench.Commit();
        }
        _bench.Settle();
    }

    private void FillByTime()
    {
        for (var i = 0; i < 10; i++)
        {
            _bench.SetClock(HubBench.Begin + i / 2 * 1000);
            _ann.SendPost(_room, $"{i}");
            if (i % 3 == 0)
                _bench.Commit();
        }
        _bench.Settle();
    }

    private static ulong? At(int? milliseconds) => milliseconds is { } after ? (ulong)(HubBench.Begin + after) : null;

    private Page Read(int count, ulong? before = null, ulong? after = null) =>
        _bob.Ask<Page>(id => new History(id, _room, count, before, after));
}
