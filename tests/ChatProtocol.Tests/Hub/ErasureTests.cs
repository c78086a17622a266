using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class ErasureTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _admin;
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _room;

    public ErasureTests()
    {
        _admin = _bench.LogInAdmin();
        _ann = _bench.LogIn("ann", publisher: 7);
        _bob = _bench.LogIn("bob");
        _room = _bob.Join("tea").Room;
        for (var i = 1; i <= 6; i++)
        {
            _ann.SendPost(_room, $"text {i}", (ulong)i);
            if (i % 3 == 0)
                _bench.Settle();
        }
    }

    [Spec("CP-MSG-009", "CP-MSG-010")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void An_erased_entry_keeps_all_but_its_text_for_all_that_read_it_and_members_are_told(ulong seq)
    {
        var before = _bob.Entries(_room);
        _admin.Ask<Ok>(id => new Erase(id, _room, seq));

        Assert.Equal(new Erased(_room, seq), Assert.Single(_bob.Received.OfType<Erased>()));
        var late = _bench.LogIn("late");
        late.Join("tea", after: 0);
        Assert.Equal(before.Select(m => m.Seq == seq ? m with { Text = default } : m), late.Entries(_room));

        var pager = _bench.LogIn("pager");
        pager.Ask<Page>(id => new History(id, _room, 10, null, null));
        Assert.Equal([seq], pager.Entries(_room).Where(m => m.IsErased).Select(m => m.Seq));
        Assert.Empty(pager.Received.OfType<Erased>());
    }

    [Spec("CP-ADM-012")]
    [Fact]
    public void It_is_answered_only_when_no_file_has_the_text()
    {
        var asked = _admin.Send(id => new Erase(id, _room, 2));
        _bench.Commit();
        Assert.Null(_admin.AnswerTo(asked));
        Assert.Single(_bob.Received.OfType<Erased>());

        _bench.Settle();
        Assert.IsType<Ok>(_admin.AnswerTo(asked));
        _admin.Ask<Ok>(id => new Erase(id, _room, 2));

        _bench.MaintenanceResult = new(Complaint: "somebody reads");
        Assert.Equal("somebody reads", _admin.Ask<Error>(id => new Erase(id, _room, 3)).Text);
    }

    [Spec("CP-ADM-012")]
    [Fact]
    public void What_is_not_there_cannot_be_erased()
    {
        _ann.SendPost(_room, "under way", 7);
        _bench.Hub.Flush();
        foreach (var seq in (ulong[])[0, 7, 999])
        {
            var refused = _admin.Send(id => new Erase(id, _room, seq));
            Assert.Equal(ErrorCode.NoSuchEntry, Assert.IsType<Error>(_admin.AnswerTo(refused)).Reason);
        }
        Assert.Equal(ErrorCode.NoSuchRoom, _admin.Refused(id => new Erase(id, 999, 1)));
        Assert.Empty(_bob.Received.OfType<Erased>());
    }

    [Spec("CP-ADM-012")]
    [Fact]
    public void An_erasure_that_cannot_be_stored_is_refused_and_nobody_hears_of_it()
    {
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Erase(id, _room, 2)));

        Assert.Empty(_bob.Received.OfType<Erased>());
        var late = _bench.LogInBehind("bob");
        late.Join("tea", after: 0);
        Assert.DoesNotContain(late.Entries(_room), m => m.IsErased);
    }

    [Spec("CP-ADM-012")]
    [Fact]
    public void A_private_rooms_entry_is_erased_by_the_rooms_id()
    {
        var room = _ann.Join("@bob").Room;
        _ann.Say(room, "psst");
        _admin.Ask<Ok>(id => new Erase(id, room, 1));

        Assert.Equal(new Erased(room, 1), Assert.Single(_ann.Received.OfType<Erased>()));
    }

    [Spec("CP-DEL-006", "CP-DEL-008")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_retry_of_an_erased_post_is_answered_as_ever_whatever_it_says(bool behindARestart)
    {
        _admin.Ask<Ok>(id => new Erase(id, _room, 2));
        var ann = _ann;
        if (behindARestart)
        {
            _bench.Restart();
            ann = _bench.LogIn("ann", publisher: 7);
        }

        Assert.Equal(2UL, ann.Say(_room, "text 2", 2).Seq);
        Assert.Equal(2UL, ann.Say(_room, "what was it?", 2).Seq);
        Assert.Equal(ErrorCode.CounterConflict, ann.Refused(id => new Post(id, _room, "what was it?", 3)));
        Assert.Equal(7UL, ann.Say(_room, "on", 7).Seq);
    }

    [Fact]
    public void Nothing_in_memory_is_made_of_the_text_again()
    {
        var segment = _bench.Log.SegmentsOf(_room).First();
        var tombstone = segment.Erase(2);
        var before = segment.As(new Texts("gbk"));

        Assert.Contains("text 2", before.Joined, StringComparison.Ordinal);
        Assert.DoesNotContain("text 2", tombstone.As(new Texts("gbk")).Joined, StringComparison.Ordinal);
        Assert.Equal((segment.First, segment.Last, segment.Time), (tombstone.First, tombstone.Last, tombstone.Time));
    }

    [Fact]
    public void A_form_is_shared_by_equal_renderers_and_forms_of_different_ones_live_beside_each_other()
    {
        var segment = _bench.Log.SegmentsOf(_room).First();
        var (gbk, utf8) = (segment.As(new Texts("gbk")), segment.As(new Texts("utf-8")));

        Assert.NotSame(gbk, utf8);
        Assert.Same(gbk, segment.As(new Texts("gbk")));
        Assert.Same(utf8, segment.As(new Texts("utf-8")));
    }

    /// <summary>Renders the texts of entries in a row.</summary>
    private sealed record Texts(string Charset) : IRenderer<Texts.Form>
    {
        public Form Render(Segment segment) =>
            new(string.Join(' ', Frames.Decode(segment.Bytes).Cast<Message>().Select(message => message.Text)));

        public sealed record Form(string Joined);
    }
}
