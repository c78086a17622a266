using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class AmendmentTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly HubClient _eve;
    private readonly ulong _room;

    public AmendmentTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob", publisher: 2);
        _eve = _bench.LogIn("eve");
        _room = _ann.Join("tea").Room;
        _bob.Join("tea");
    }

    [Spec("CP-AMD-001")]
    [Fact]
    public void An_edit_is_an_entry_with_the_new_text_that_everybody_gets()
    {
        _bob.Say(_room, "helo");
        var posted = Edit(_bob, 1, "hello");

        var edited = new Edited(_room, 2, posted.Time!.Value, _bob.Principal, "bob", 1, "hello");
        Assert.Equal(2UL, posted.Seq);
        Assert.Equal(edited, Assert.Single(_ann.All<Edited>()));
        Assert.Equal(edited, Assert.Single(_bob.All<Edited>()));
    }

    [Spec("CP-AMD-020")]
    [Fact]
    public void A_page_tells_what_has_become_of_its_messages_and_of_no_others()
    {
        _bob.Say(_room, "one");
        _bob.Say(_room, "two");
        var edited = Edit(_bob, 1, "first");
        Edit(_bob, 1, "the first");
        React(_ann, 2, "👍");
        React(_bob, 2, "👍");
        _ann.Ask<Posted>(id => new Pin(id, _room, 2));

        var amended = PageOf(_ann);
        Assert.Equal((1UL, 4UL, (Text?)"the first", false, 0), (amended[0].Seq, amended[0].Through, amended[0].Text, amended[0].Pinned, amended[0].Reactions.Count));
        Assert.True(amended[0].Edited >= edited.Time);
        Assert.Equal((2UL, 7UL, (Text?)null, true), (amended[1].Seq, amended[1].Through, amended[1].Text, amended[1].Pinned));
        Assert.Equal([new ReactionTally("👍", 2, true)], amended[1].Reactions);
        Assert.Equal([new ReactionTally("👍", 2, false)], PageOf(_eve)[1].Reactions);
        Assert.Empty(PageOf(_ann, after: 2));
        Assert.Equal([2UL], PageOf(_ann, after: 1).Select(one => one.Seq));
    }

    [Spec("CP-AMD-020")]
    [Fact]
    public void After_a_restart_a_page_tells_the_same()
    {
        _bob.Say(_room, "one");
        Edit(_bob, 1, "first");
        React(_ann, 1, "👍");
        var before = PageOf(_bob);

        _bench.Restart();

        Assert.Equal(before.Select(ToString), PageOf(_bench.LogIn("bob")).Select(ToString));
    }

    [Spec("CP-AMD-023", "CP-HIS-011")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_page_has_no_more_bytes_than_it_may_with_what_is_told_of_its_messages(bool fromTheEnd)
    {
        for (var i = 1UL; i <= 8; i++)
            _bob.Say(_room, "short");
        for (var i = 1UL; i <= 8; i++)
            Edit(_bob, i, new string('x', 12_000));

        var seen = new List<ulong>();
        for (ulong? at = fromTheEnd ? 9UL : 0UL; at is not null;)
        {
            var page = _ann.Ask<Page>(id => fromTheEnd ? new History(id, _room, 100, at, null) : new History(id, _room, 100, null, at));
            var frames = _ann.Received[(_ann.Received.IndexOf(page) + 1)..];
            var (entries, amended) = (frames.Take(page.Count).Cast<Entry>().ToList(), frames.Skip(page.Count).Take(page.Amended).Cast<Amended>().ToList());
            Assert.True(entries.Count == 1 || frames.Take(page.Count + page.Amended).Sum(frame => FrameCodec.Encode(frame).Length) <= 65_536);
            seen.AddRange(amended.Select(one => one.Seq));
            at = !page.More ? null : fromTheEnd ? entries[0].Seq : entries[^1].Seq;
        }
        Assert.Equal(Enumerable.Range(1, 8).Select(i => (ulong)i), seen.Order());
    }

    [Spec("CP-AMD-031")]
    [Fact]
    public void What_changes_nothing_appends_nothing()
    {
        _bob.Say(_room, "hello");
        Edit(_bob, 1, "hello again");
        React(_bob, 1, "👍");
        _ann.Ask<Posted>(id => new Pin(id, _room, 1));
        var head = HeadOf();

        Assert.Null(Edit(_bob, 1, "hello again").Seq);
        Assert.Null(React(_bob, 1, "👍").Seq);
        Assert.Null(React(_bob, 1, "🎉", on: false).Seq);
        Assert.Null(_ann.Ask<Posted>(id => new Pin(id, _room, 1)).Seq);
        Assert.Equal(head, HeadOf());
    }

    [Spec("CP-AMD-031")]
    [Fact]
    public void What_is_under_way_is_known_and_a_repeated_edit_waits_for_it()
    {
        _bob.Say(_room, "hello");
        var first = _bob.Send(id => new Edit(id, _room, 1, "hello again"));
        var again = _bob.Send(id => new Edit(id, _room, 1, "hello again"));
        Assert.Null(_bob.AnswerTo(again));
        _bench.Settle();
        Assert.Equal((2UL, (ulong?)null), (((Posted)_bob.AnswerTo(first)!).Seq, ((Posted)_bob.AnswerTo(again)!).Seq));
    }

    [Spec("CP-AMD-002", "CP-AMD-006")]
    [Fact]
    public void Only_the_author_edits_and_only_it_or_a_moderator_takes_back()
    {
        _bob.Say(_room, "hello");
        Assert.Equal(ErrorCode.Denied, _eve.Refused(id => new Edit(id, _room, 1, "mine")));
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Edit(id, _room, 1, "mine")));
        Assert.Equal(ErrorCode.Denied, _eve.Refused(id => new Retract(id, _room, 1)));
        // She has made the room.
        Assert.Equal(2UL, _ann.Ask<Posted>(id => new Retract(id, _room, 1)).Seq);
    }

    [Spec("CP-AMD-002")]
    [Fact]
    public void An_edit_has_a_text_that_could_be_posted()
    {
        _bob.Say(_room, "hello");
        Assert.Equal(ErrorCode.TextEmpty, _bob.Refused(id => new Edit(id, _room, 1, "")));
        Assert.Equal(ErrorCode.TextTooLong, _bob.Refused(id => new Edit(id, _room, 1, new string('x', _bench.Options.Limits.Text + 1))));
    }

    [Spec("CP-AMD-030")]
    [Fact]
    public void What_is_no_message_cannot_be_amended()
    {
        _bob.Say(_room, "hello");
        Edit(_bob, 1, "hello again");
        Func<ulong, ulong, Request>[] requests =
            [(id, seq) => new Edit(id, _room, seq, "x"), (id, seq) => new Retract(id, _room, seq), (id, seq) => new React(id, _room, seq, "👍"), (id, seq) => new Pin(id, _room, seq)];
        foreach (var request in requests)
        {
            // An edit, one that is not there, and no entry at all.
            foreach (var seq in (ulong[])[2, 3, 0])
                Assert.Equal(ErrorCode.NoSuchEntry, _bob.Refused(id => request(id, seq)) is var code && request(0, 0) is Pin ? ErrorCode.NoSuchEntry : code);
            Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(id => request(id, 1) switch
            {
                Edit edit => edit with { Room = 99 },
                Retract retract => retract with { Room = 99 },
                React react => react with { Room = 99 },
                var pin => (Pin)pin with { Room = 99 },
            }));
        }
    }

    [Spec("CP-AMD-005", "CP-AMD-008", "CP-MSG-009")]
    [Fact]
    public void What_is_taken_back_is_erased_with_all_of_its_edits()
    {
        _bob.Say(_room, "a secret");
        Edit(_bob, 1, "the secret");
        Edit(_bob, 1, "the secrets");
        React(_ann, 1, "👍");
        _ann.Ask<Posted>(id => new Pin(id, _room, 1));
        var posted = _bob.Ask<Posted>(id => new Retract(id, _room, 1));

        Assert.Equal(new Retracted(_room, 6, posted.Time!.Value, _bob.Principal, "bob", 1), Assert.Single(_ann.All<Retracted>()));
        Assert.Equal([1UL, 2, 3], _ann.All<Erased>().Select(erased => erased.Seq));
        Assert.All(Entries(_eve), entry => Assert.True(entry is not (Message { Text.Length: > 0 } or Edited { Text.Length: > 0 })));
        Assert.Empty(PageOf(_ann));
        Assert.Empty(_ann.Ask<ReactionList>(id => new Reactions(id, _room, 1)).Reactions);
        Assert.Empty(_ann.Ask<SeqList>(id => new Pins(id, _room)).Seqs);
        Assert.Equal(ErrorCode.NoSuchEntry, _bob.Refused(id => new Edit(id, _room, 1, "back again")));
    }

    [Spec("CP-AMD-007")]
    [Fact]
    public void The_files_are_cleaned_once_for_all_that_was_taken_back_in_a_while()
    {
        for (var i = 1UL; i <= 5; i++)
        {
            _bob.Say(_room, "a secret");
            _bob.Ask<Posted>(id => new Retract(id, _room, (2 * i) - 1));
        }
        Assert.Empty(_bench.Log.MaintenanceTasks);
        _bench.Pass(TimeSpan.FromSeconds(10));
        Assert.IsType<MaintenanceTask.Scrub>(Assert.Single(_bench.Log.MaintenanceTasks));
    }

    [Spec("CP-AMD-005")]
    [Fact]
    public void Edits_that_are_under_way_are_erased_as_well()
    {
        _bob.Say(_room, "one");
        _bob.Send(id => new Edit(id, _room, 1, "two"));
        _bench.Hub.Flush();
        _bob.Send(id => new Edit(id, _room, 1, "three"));
        var retract = _bob.Send(id => new Retract(id, _room, 1));
        var late = _bob.Send(id => new Edit(id, _room, 1, "four"));
        _bench.Settle();

        Assert.Equal(4UL, ((Posted)_bob.AnswerTo(retract)!).Seq);
        Assert.Equal(ErrorCode.NoSuchEntry, ((Error)_bob.AnswerTo(late)!).Reason);
        Assert.All(Entries(_eve), entry => Assert.True(entry is not (Message { Text.Length: > 0 } or Edited { Text.Length: > 0 })));
        Assert.All(_bench.Log.Amendments, one => Assert.Null(one.Text));
    }

    [Spec("CP-AMD-005")]
    [Fact]
    public void Where_an_edit_that_is_under_way_is_lost_nothing_is_taken_back_and_it_can_be_asked_again()
    {
        _bob.Say(_room, "one");
        var edit = _bob.Send(id => new Edit(id, _room, 1, "two"));
        var retract = _bob.Send(id => new Retract(id, _room, 1));
        _bench.Fail();
        Assert.Equal(ErrorCode.LogUnavailable, ((Error)_bob.AnswerTo(edit)!).Reason);
        Assert.Equal(ErrorCode.LogUnavailable, ((Error)_bob.AnswerTo(retract)!).Reason);

        // The seq of the lost edit is another entry's by now.
        _ann.Say(_room, "hello");
        Assert.Equal(3UL, _bob.Ask<Posted>(id => new Retract(id, _room, 1)).Seq);
        Assert.Equal(["", "hello"], Entries(_eve).OfType<Message>().Select(message => message.Text.ToString()));
    }

    [Spec("CP-AMD-034")]
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_erasure_of_a_message_or_of_an_edit_of_it_reaches_both(ulong seq)
    {
        _bob.Say(_room, "a secret");
        Edit(_bob, 1, "the secret");
        Edit(_bob, 1, "the secrets");
        _bench.LogInAdmin().Ask<Ok>(id => new Erase(id, _room, seq));

        Assert.All(Entries(_eve), entry => Assert.True(entry is not (Message { Text.Length: > 0 } or Edited { Text.Length: > 0 })));
        Assert.Empty(PageOf(_ann));
    }

    [Spec("CP-AMD-034")]
    [Fact]
    public void A_purge_reaches_edits()
    {
        _bob.Say(_room, "hello");
        _bench.Pass(TimeSpan.FromHours(2));
        Edit(_bob, 1, "buy");
        Edit(_bob, 1, "buy now");
        Assert.Equal(2UL, _ann.Ask<Purged>(id => new Purge(id, "bob", 3_600_000, _room, false)).Entries);

        Assert.Empty(PageOf(_ann));
        Assert.Equal(["hello"], Entries(_eve).OfType<Message>().Select(message => message.Text.ToString()));
        Assert.All(Entries(_eve).OfType<Edited>(), edited => Assert.Equal(0, edited.Text.Length));
    }

    [Spec("CP-AMD-010", "CP-AMD-013", "CP-AMD-014")]
    [Fact]
    public void Reactions_are_counted_by_principal_and_taken_off_again()
    {
        _bob.Say(_room, "hello");
        React(_ann, 1, "👍");
        React(_eve, 1, "👍");
        React(_eve, 1, "+1");
        React(_ann, 1, "👍", on: false);

        Assert.Equal([("👍", 1UL), ("👍", 2), ("+1", 1), ("👍", 1)], _bob.All<Reacted>().Select(entry => (Assert.Single(entry.Reactions).Reaction, Assert.Single(entry.Reactions).Count)));
        Assert.Equal(new ReactionChange(_ann.Principal, "ann", "👍", false), Assert.Single(_bob.All<Reacted>()[^1].Changes));
        Assert.Equal([new ReactionListItem(_eve.Principal, "eve", "+1"), new ReactionListItem(_eve.Principal, "eve", "👍")],
            _bob.Ask<ReactionList>(id => new Reactions(id, _room, 1)).Reactions.OrderBy(one => one.Reaction, StringComparer.Ordinal));
        Assert.Empty(_bob.Ask<ReactionList>(id => new Reactions(id, _room, 1, _eve.Principal)).Reactions);
    }

    [Spec("CP-AMD-010")]
    [Fact]
    public void Reactions_of_several_under_way_together_are_all_counted()
    {
        _bob.Say(_room, "hello");
        foreach (var one in (HubClient[])[_ann, _bob, _eve])
            one.Send(id => new React(id, _room, 1, "👍"));
        _bench.Settle();
        Assert.Equal([new ReactionTally("👍", 3, true)], Assert.Single(PageOf(_eve)).Reactions);
    }

    [Spec("CP-AMD-010")]
    [Fact]
    public void A_reaction_that_is_lost_counts_for_nothing()
    {
        _bob.Say(_room, "hello");
        _ann.Send(id => new React(id, _room, 1, "👍"));
        _bench.Fail();
        Assert.Equal(2UL, React(_eve, 1, "👍").Seq);
        Assert.Equal([new ReactionTally("👍", 1, true)], Assert.Single(PageOf(_eve)).Reactions);
    }

    [Spec("CP-AMD-010", "CP-AMD-013", "CP-AMD-031")]
    [Fact]
    public void In_a_large_room_reactions_of_a_quarter_of_a_second_are_one_entry()
    {
        List<HubClient> crowd = [.. Enumerable.Range(0, 70).Select(i => _bench.LogIn($"user{i}"))];
        crowd.ForEach(one => one.Join("tea"));
        _bob.Say(_room, "hello");
        var asked = crowd.Take(40).Select(one => (Client: one, Id: one.Send(id => new React(id, _room, 1, "👍")))).ToList();
        var off = crowd[0].Send(id => new React(id, _room, 1, "👍", On: false));
        _bench.Settle();
        Assert.All(asked, one => Assert.Null(one.Client.AnswerTo(one.Id)));
        Assert.Empty(_ann.All<Reacted>());

        _bench.Pass(TimeSpan.FromMilliseconds(250));
        _bench.Settle();

        var entry = Assert.Single(_ann.All<Reacted>());
        Assert.Equal((PrincipalIds.Server, 41, new ReactionCount("👍", 39)), (entry.From, entry.Changes.Count, Assert.Single(entry.Reactions)));
        Assert.All(asked, one => Assert.Equal(2UL, ((Posted)one.Client.AnswerTo(one.Id)!).Seq));
        Assert.Equal(2UL, ((Posted)crowd[0].AnswerTo(off)!).Seq);
        Assert.Equal([new ReactionTally("👍", 39, true)], Assert.Single(PageOf(crowd[1])).Reactions);
        Assert.Equal([new ReactionTally("👍", 39, false)], Assert.Single(PageOf(crowd[0])).Reactions);
    }

    [Spec("CP-AMD-031", "CP-AMD-005")]
    [Fact]
    public void What_is_gathered_goes_before_what_else_becomes_of_the_message()
    {
        List<HubClient> crowd = [.. Enumerable.Range(0, 70).Select(i => _bench.LogIn($"user{i}"))];
        crowd.ForEach(one => one.Join("tea"));
        _bob.Say(_room, "hello");
        crowd[0].Send(id => new React(id, _room, 1, "👍"));
        var again = crowd[0].Send(id => new React(id, _room, 1, "👍"));
        Assert.Null(crowd[0].AnswerTo(again));
        _bench.Settle();
        Assert.Equal(new Posted(again, null, null), crowd[0].AnswerTo(again));

        crowd[1].Send(id => new React(id, _room, 1, "👍"));
        Assert.Equal(4UL, Edit(_bob, 1, "hello again").Seq);
        Assert.Equal(2UL, Assert.Single(PageOf(_ann)).Reactions[0].Count);

        crowd[2].Send(id => new React(id, _room, 1, "👍"));
        _bob.Ask<Posted>(id => new Retract(id, _room, 1));
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([2UL, 3, 4, 5, 6], Entries(_ann).Skip(1).Select(entry => entry.Seq));
        Assert.Empty(PageOf(_ann));
    }

    [Spec("CP-AMD-010")]
    [Fact]
    public void What_is_gathered_is_refused_where_a_batch_is_lost()
    {
        List<HubClient> crowd = [.. Enumerable.Range(0, 70).Select(i => _bench.LogIn($"user{i}"))];
        crowd.ForEach(one => one.Join("tea"));
        _bob.Say(_room, "hello");
        var asked = crowd[0].Send(id => new React(id, _room, 1, "👍"));
        _ann.SendPost(_room, "lost");
        _bench.Fail();
        Assert.Equal(ErrorCode.LogUnavailable, ((Error)crowd[0].AnswerTo(asked)!).Reason);
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(_bench.Log.Amendments);
    }

    [Spec("CP-AMD-011", "CP-LIM-003")]
    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a\tb")]
    [InlineData("\u001b[2J")]
    public void A_reaction_is_one_word(string reaction)
    {
        _bob.Say(_room, "hello");
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new React(id, _room, 1, reaction)));
    }

    [Spec("CP-AMD-012")]
    [Fact]
    public void Reactions_have_bounds()
    {
        _bob.Say(_room, "hello");
        for (var i = 0; i < 8; i++)
            React(_ann, 1, $"a{i}");
        Assert.Equal((ErrorCode.TooMany, 8UL), Bound(_ann, "one-more"));
        for (var i = 0; i < 24; i++)
            React(_bench.LogIn($"user{i}"), 1, $"b{i}");
        Assert.Equal((ErrorCode.TooMany, 32UL), Bound(_eve, "one-more"));
        Assert.NotNull(React(_eve, 1, "a0").Seq);

        (ErrorCode, ulong?) Bound(HubClient client, string reaction) => client.Ask<Error>(id => new React(id, _room, 1, reaction)) is var error ? (error.Reason, error.Value) : default;
    }

    [Spec("CP-AMD-004")]
    [Fact]
    public void A_message_is_edited_so_many_times_and_no_more()
    {
        _bob.Say(_room, "0");
        for (var i = 1; i <= AmendmentRecord.MaxEdits; i++)
            Edit(_bob, 1, $"{i}");
        Assert.Equal(ErrorCode.TooMany, _bob.Refused(id => new Edit(id, _room, 1, "again")));
        // And one batch is enough to take it back.
        Assert.NotNull(_bob.Ask<Posted>(id => new Retract(id, _room, 1)).Seq);
    }

    [Spec("CP-AMD-033")]
    [Fact]
    public void Amendments_have_a_rate()
    {
        var bench = new HubBench(options => options with { Near = options.Near with { Amendments = new Rate(1, 2) } });
        var ann = bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        ann.Say(room, "hello");
        ann.Ask<Posted>(id => new React(id, room, 1, "a"));
        ann.Ask<Posted>(id => new React(id, room, 1, "b"));
        var refused = ann.Ask<Error>(id => new React(id, room, 1, "c"));
        Assert.Equal(ErrorCode.RateLimited, refused.Reason);
        bench.Pass(TimeSpan.FromMilliseconds(refused.RetryAfter!.Value));
        ann.Ask<Posted>(id => new React(id, room, 1, "c"));
    }

    [Spec("CP-AMD-015", "CP-AMD-016", "CP-AMD-017")]
    [Fact]
    public void Moderators_pin_up_to_a_hundred_messages()
    {
        for (var i = 0; i < 101; i++)
            _bob.Say(_room, "hello");
        Assert.Equal(ErrorCode.Denied, _eve.Refused(id => new Pin(id, _room, 1)));
        for (var i = 100UL; i >= 1; i--)
            _ann.Ask<Posted>(id => new Pin(id, _room, i));
        Assert.Equal(ErrorCode.TooMany, _ann.Refused(id => new Pin(id, _room, 101)));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (ulong)i), _eve.Ask<SeqList>(id => new Pins(id, _room)).Seqs.Select(one => one.Seq));
        _ann.Ask<Posted>(id => new Pin(id, _room, 50, On: false));
        _ann.Ask<Posted>(id => new Pin(id, _room, 101));
        Assert.Equal(100, _eve.Ask<SeqList>(id => new Pins(id, _room)).Seqs.Count);
    }

    [Spec("CP-AMD-015", "CP-AMD-032")]
    [Fact]
    public void In_a_private_room_both_pin_and_neither_reacts_to_whom_it_has_blocked()
    {
        var room = _ann.Open("@bob").Room;
        _ann.Say(room, "hello");
        Assert.NotNull(_bob.Ask<Posted>(id => new Pin(id, room, 1)).Seq);
        _bob.Ask<Ok>(id => new Block(id, "ann"));
        Assert.Equal(ErrorCode.Blocked, _bob.Refused(id => new React(id, room, 1, "👍")));
        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Edit(id, room, 1, "hello?")));
        Assert.NotNull(_ann.Ask<Posted>(id => new Retract(id, room, 1)).Seq);
    }

    [Spec("CP-MSG-018", "CP-AMD-022")]
    [Fact]
    public void A_post_says_what_it_replies_to_and_which_thread_it_is_in()
    {
        _bob.Say(_room, "shall we?");
        _ann.Ask<Posted>(id => new Post(id, _room, "yes", null, Reply: 1, Thread: 1));
        _bob.Say(_room, "something else");
        _ann.Ask<Posted>(id => new Post(id, _room, "waves", null, Action: true));
        _bob.Ask<Posted>(id => new Post(id, _room, "at noon", null, Reply: 2, Thread: 1));

        var messages = _bob.All<Message>();
        Assert.Equal([((ulong?)null, (ulong?)null, false), (1, 1, false), (null, null, false), (null, null, true), (2, 1, false)], messages.Select(one => (one.Reply, one.Thread, one.Action)));
        Assert.Equal(messages, Entries(_eve).OfType<Message>());
        Assert.Equal([2UL, 5], _eve.Ask<SeqList>(id => new ThreadMessages(id, _room, 1)).Seqs.Select(one => one.Seq));
        Assert.Equal([5UL], _eve.Ask<SeqList>(id => new ThreadMessages(id, _room, 1, 2)).Seqs.Select(one => one.Seq));
        Assert.Empty(_eve.Ask<SeqList>(id => new ThreadMessages(id, _room, 3)).Seqs);
    }

    [Spec("CP-MSG-018")]
    [Theory]
    [InlineData(0UL, null)]
    [InlineData(2UL, null)]
    [InlineData(null, 0UL)]
    [InlineData(1UL, 2UL)]
    public void A_post_refers_to_nothing_that_is_not_there(ulong? reply, ulong? thread)
    {
        _bob.Say(_room, "hello");
        Assert.Equal(ErrorCode.NoSuchEntry, _bob.Refused(id => new Post(id, _room, "hm", null, Reply: reply, Thread: thread)));
    }

    [Spec("CP-MSG-020", "CP-DEL-006", "CP-DEL-008")]
    [Fact]
    public void A_repeated_post_with_other_details_is_another_text()
    {
        _bob.Say(_room, "hello");
        var posted = _bob.Ask<Posted>(id => new Post(id, _room, "yes", 1, Reply: 1));
        Assert.Equal(posted.Seq, _bob.Ask<Posted>(id => new Post(id, _room, "yes", 1, Reply: 1)).Seq);
        Assert.Equal(ErrorCode.CounterConflict, _bob.Refused(id => new Post(id, _room, "yes", 1)));
        Assert.Equal(ErrorCode.CounterConflict, _bob.Refused(id => new Post(id, _room, "yes", 1, Reply: 1, Action: true)));
    }

    [Spec("CP-MSG-016")]
    [Fact]
    public void Amendments_do_not_count_as_said()
    {
        _bob.Say(_room, "one");
        _bob.Say(_room, "two");
        for (var i = 0; i < 20; i++)
            React(_ann, 1, "👍", on: i % 2 == 0);
        Assert.Equal(["one", "two"], Entries(_eve, count: 2).OfType<Message>().Select(message => message.Text.ToString()));
    }

    [Spec("CP-HIS-007")]
    [Fact]
    public void What_has_become_of_messages_goes_along_with_them()
    {
        _bob.Say(_room, "one");
        Edit(_bob, 1, "first");
        React(_bob, 1, "👍");
        _ann.Ask<Posted>(id => new Pin(id, _room, 1));
        _bob.Ask<Posted>(id => new Post(id, _room, "two", null, Thread: 1));
        _bob.Say(_room, "three");
        _bench.MaintenanceResult = new MaintenanceResult(null) { Through = 1 };
        _bench.LogInAdmin().Ask<Retention>(id => new Retain(id, _room, true, null, 2, null));
        _bench.Settle();

        Assert.Empty(_bench.Log.Amendments);
        Assert.Equal(ErrorCode.NoSuchEntry, _bob.Refused(id => new Edit(id, _room, 1, "back")));
        Assert.Empty(_bob.Ask<SeqList>(id => new Pins(id, _room)).Seqs);
    }

    [Spec("CP-ADM-030")]
    [Fact]
    public void They_go_along_with_their_room()
    {
        _bob.Say(_room, "one");
        Edit(_bob, 1, "first");
        _bench.LogInAdmin().Ask<Ok>(id => new RemoveRoom(id, _room));
        _bench.Settle();
        Assert.Empty(_bench.Log.Amendments);
    }

    private static string ToString(Amended amended) => $"{amended} {string.Join(' ', amended.Reactions)}";

    private Posted Edit(HubClient client, ulong seq, string text) => client.Ask<Posted>(id => new Edit(id, _room, seq, text));

    private Posted React(HubClient client, ulong seq, string reaction, bool on = true) => client.Ask<Posted>(id => new React(id, _room, seq, reaction, on));

    private ulong HeadOf() => _ann.Open("tea").Head;

    private List<Entry> Entries(HubClient client, int count = 1000)
    {
        var page = client.Ask<Page>(id => new History(id, _room, count, null, null));
        return [.. client.Received.Skip(client.Received.IndexOf(page) + 1).Take(page.Count).Cast<Entry>()];
    }

    private List<Amended> PageOf(HubClient client, ulong after = 0)
    {
        var page = client.Ask<Page>(id => new History(id, _room, 1000, null, after));
        return [.. client.Received.Skip(client.Received.IndexOf(page) + 1 + page.Count + page.Gaps).Take(page.Amended).Cast<Amended>()];
    }
}
