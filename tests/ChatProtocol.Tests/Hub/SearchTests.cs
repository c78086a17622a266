using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>Searches as the hub answers them: what is found, who finds it, and in how many answers.</summary>
public sealed class SearchTests
{
    private readonly HubBench _bench = new(options => options with { MaxCached = 4 });
    private readonly HubClient _ann;
    private readonly HubClient _bob;
    private readonly ulong _tea;

    public SearchTests()
    {
        _ann = _bench.LogIn("ann");
        _bob = _bench.LogIn("bob");
        _tea = _ann.Open("tea").Room;
    }

    [Spec("CP-SEA-001", "CP-SEA-002", "CP-SEA-012")]
    [Fact]
    public void What_is_found_comes_last_said_first_over_all_rooms_with_its_marks()
    {
        var coffee = _ann.Open("coffee").Room;
        _ann.Say(_tea, "the kettle boils");
        _ann.Say(coffee, "no kettle here");
        _bob.Say(_tea, "a spoon");
        _bob.Say(_tea, "Kettle, kettle");

        var (found, entries) = Search(_bob, new Search(0, "kettle", 10));
        Assert.Equal([(_tea, "Kettle, kettle"), (coffee, "no kettle here"), (_tea, "the kettle boils")], entries.Select(entry => (entry.Room, entry.Text.ToString())));
        Assert.Equal([new(0, 0, 6), new(0, 8, 6), new(1, 3, 6), new(2, 4, 6)], found.Marks);
        Assert.Equal((3, null, null), (found.Count, found.Next, found.MissingFrom));
        Assert.Equal(["Kettle, kettle", "the kettle boils"], Texts(_bob, new Search(0, "kettle", 10, _tea)));
    }

    [Spec("CP-SEA-007")]
    [Fact]
    public void What_is_found_can_be_of_one_author_one_time_and_one_kind()
    {
        _ann.Say(_tea, "word one");
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bob.Say(_tea, "word two");
        _bench.Pass(TimeSpan.FromSeconds(1));
        _ann.Say(_tea, "word three");
        _ann.Ask<Posted>(id => new ChangeRoom(id, _tea, null, "word four", null, null, null));
        const ulong begin = HubBench.Begin;

        Assert.Equal(["word three", "word one"], Texts(_bob, new Search(0, "word", 10, _tea, Author: "ANN", Kind: 76)));
        Assert.Equal(["word two"], Texts(_bob, new Search(0, "word", 10, Author: "bob")));
        Assert.Empty(Texts(_bob, new Search(0, "word", 10, Author: "nobody")));
        Assert.Equal(["word two"], Texts(_bob, new Search(0, "word", 10, Since: begin + 1000, Until: begin + 2000)));
        Assert.Equal(["word one"], Texts(_bob, new Search(0, "word", 10, Until: begin + 1000)));
        Assert.Equal((ulong)4, Assert.Single(Search(_bob, new Search(0, "word", 10, Kind: 128)).Entries).Seq);
    }

    [Spec("CP-SEA-010")]
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Answers_together_have_each_entry_once_while_others_are_said(int count)
    {
        var coffee = _ann.Open("coffee").Room;
        for (var i = 1; i <= 20; i++)
            _ann.Say(i % 3 == 0 ? coffee : _tea, $"word {i}");

        var texts = new List<string>();
        ReadOnlyMemory<byte>? next = null;
        var answers = 0;
        do
        {
            var (found, entries) = Search(_bob, new Search(0, "word", count, Before: next));
            Assert.InRange(entries.Count, 0, count);
            texts.AddRange(entries.Select(entry => entry.Text.ToString()));
            next = found.Next;
            _ann.Say(_tea, $"word behind {answers++}");
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(i => $"word {i}"), texts);
    }

    [Spec("CP-SEA-014")]
    [Fact]
    public void An_answer_takes_no_more_than_a_page_may_unless_it_has_one_entry()
    {
        foreach (var length in (int[])[20_000, 65_000, 60_000, 10, 10])
            _ann.Say(_tea, "word " + new string('x', length));

        var sizes = new List<int>();
        ReadOnlyMemory<byte>? next = null;
        do
        {
            var (found, entries) = Search(_bob, new Search(0, "word", 100, Before: next));
            sizes.Add(entries.Count);
            next = found.Next;
        }
        while (next is not null);
        Assert.Equal([3, 1, 1], sizes);
    }

    [Spec("CP-SEA-013")]
    [Theory]
    [InlineData("word", 0, null, "count")]
    [InlineData("word", 1001, null, "count")]
    [InlineData("", 10, null, "query")]
    [InlineData(" ", 10, null, "query")]
    [InlineData("++", 10, null, "query")]
    [InlineData("word", 10, 75, "kind")]
    [InlineData("word", 10, 200, "kind")]
    public void What_cannot_be_searched_for_is_refused_with_words(string query, int count, int? kind, string field)
    {
        var error = _bob.Ask<Error>(id => new Search(id, query, count, Kind: (ulong?)kind));
        Assert.Equal((ErrorCode.InvalidValue, field), (error.Reason, error.Field));
        Assert.NotEmpty(error.Text);
    }

    [Spec("CP-SEA-013")]
    [Fact]
    public void A_query_of_many_bytes_and_a_cursor_of_nobody_are_refused()
    {
        Assert.Equal("query", _bob.Ask<Error>(id => new Search(id, new string('x', 65_000), 10)).Field);
        Assert.Equal("query", _bob.Ask<Error>(id => new Search(id, new string('x', 1025), 10)).Field);
        Assert.Equal("before", _bob.Ask<Error>(id => new Search(id, "word", 10, Before: new byte[16])).Field);
        Assert.Equal("before", _bob.Ask<Error>(id => new Search(id, "word", 10, Before: new byte[3])).Field);
        Assert.Empty(Texts(_bob, new Search(0, new string('x', 1024), 10)));
    }

    [Spec("CP-SEA-001")]
    [Fact]
    public void Where_search_is_turned_off_it_is_as_unknown_as_on_a_server_without()
    {
        var off = new HubBench(options => options with { HasSearch = false });
        Assert.Equal(ErrorCode.UnknownCode, off.LogIn("ann").Refused(id => new Search(id, "word", 10)));
    }

    [Spec("CP-SEA-001", "CP-SEA-008")]
    [Fact]
    public void Private_rooms_are_searched_by_their_two_alone()
    {
        var room = _ann.Open("@bob").Room;
        _ann.Say(room, "a secret word");
        var eve = _bench.LogIn("eve");
        var admin = _bench.LogInAs("boss", AccountRole.Owner);

        Assert.Equal(["a secret word"], Texts(_bob, new Search(0, "secret", 10)));
        Assert.Equal(["a secret word"], Texts(_ann, new Search(0, "secret", 10, room)));
        foreach (var other in (HubClient[])[eve, admin])
        {
            var (found, entries) = Search(other, new Search(0, "secret", 10));
            Assert.Equal((0, 0, null, null), (entries.Count, found.Marks.Count, found.Next, found.MissingFrom));
            Assert.Equal(ErrorCode.NoSuchRoom, other.Refused(id => new Search(id, "secret", 10, room)));
        }
    }

    [Spec("CP-SEA-001", "CP-SEA-008", "CP-SEA-009")]
    [Fact]
    public void Rooms_by_invitation_are_searched_by_those_with_a_role_and_by_staff_where_it_is_named_and_recorded()
    {
        var room = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        _ann.Say(room, "a secret word");
        var admin = _bench.LogInAs("boss", AccountRole.Owner);

        Assert.Equal(["a secret word"], Texts(_ann, new Search(0, "secret", 10)));
        Assert.Empty(Texts(_bob, new Search(0, "secret", 10)));
        Assert.Empty(Texts(admin, new Search(0, "secret", 10)));
        var before = _bench.Log.Audit.Count;
        Assert.Equal(["a secret word"], Texts(admin, new Search(0, "secret", 10, room)));
        _bench.Settle();
        Assert.Equal("search", Assert.Single(_bench.Log.Audit.Skip(before)).Record.Verb);

        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Member, ""));
        Assert.Equal(["a secret word"], Texts(_bob, new Search(0, "secret", 10, Kind: 76)));
        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.None, ""));
        Assert.Empty(Texts(_bob, new Search(0, "secret", 10)));
    }

    [Spec("CP-SEA-008")]
    [Fact]
    public void A_room_is_not_searched_by_whoever_is_banned_from_it()
    {
        _ann.Say(_tea, "a word in tea");
        _ann.Say(1, "a word in the lobby");
        _ann.Ask<Posted>(id => new Restrict(id, _tea, "bob", RoomRestriction.Banned, null, ""));

        Assert.Equal(["a word in the lobby"], Texts(_bob, new Search(0, "word", 10)));
        Assert.Equal(ErrorCode.BannedFromRoom, _bob.Refused(id => new Search(id, "word", 10, _tea)));
        _ann.Ask<Posted>(id => new Restrict(id, _tea, "bob", RoomRestriction.None, null, ""));
        Assert.Equal(2, Texts(_bob, new Search(0, "word", 10, Kind: 76)).Count);
    }

    [Spec("CP-SEA-008")]
    [Fact]
    public void A_token_for_some_rooms_finds_nothing_in_others()
    {
        var owner = _bench.LogInAs("owner", AccountRole.Member);
        var coffee = owner.Open("coffee").Room;
        owner.Say(coffee, "a word in coffee");
        owner.Say(_tea, "a word in tea");
        var bot = _bench.LogInByToken(owner.CreateToken(TokenScopes.Read, coffee).Secret);

        Assert.Equal(["a word in coffee"], Texts(bot, new Search(0, "word", 10)));
        Assert.Equal(ErrorCode.NoSuchRoom, bot.Refused(id => new Search(id, "word", 10, _tea)));
    }

    [Spec("CP-SEA-008")]
    [Fact]
    public void Rights_are_those_of_the_moment_at_which_the_answer_is_made()
    {
        _ann.Say(_tea, "a word");
        var asked = _bob.Send(id => new Search(id, "word", 10));
        var found = _bench.Log.Searches.Dequeue();
        _ann.Ask<Posted>(id => new Restrict(id, _tea, "bob", RoomRestriction.Banned, null, ""));
        _bench.Hub.SearchDone(found, _bench.Log.Find(found.Search));
        _bench.Settle();

        Assert.Equal(0, Assert.IsType<Found>(_bob.AnswerTo(asked)).Count);
        Assert.DoesNotContain(_bob.Received, frame => frame is Message);
    }

    [Spec("CP-SEA-015", "CP-ADM-012")]
    [Fact]
    public void A_text_that_was_erased_since_the_log_was_asked_is_sent_to_nobody()
    {
        var admin = _bench.LogInAdmin();
        _ann.Say(_tea, "a word");
        _ann.Say(_tea, "a word that stays");
        var asked = _bob.Send(id => new Search(id, "word", 10));
        var read = _bench.Log.Searches.Dequeue();
        var early = _bench.Log.Find(read.Search);
        admin.Ask<Ok>(id => new Erase(id, _tea, 1));
        _bench.Hub.SearchDone(read, early);
        _bench.Settle();

        Assert.Equal(1, Assert.IsType<Found>(_bob.AnswerTo(asked)).Count);
        Assert.Equal("a word that stays", Assert.Single(_bob.All<Message>()).Text.ToString());
        Assert.Empty(Texts(_bob, new Search(0, "\"a word\"", 10, Until: HubBench.Begin)));
    }

    [Fact]
    public void A_room_that_was_removed_meanwhile_is_found_no_more()
    {
        _ann.Say(_tea, "a word");
        var asked = _bob.Send(id => new Search(id, "word", 10));
        var read = _bench.Log.Searches.Dequeue();
        var early = _bench.Log.Find(read.Search);
        _ann.Ask<Ok>(id => new RemoveRoom(id, _tea));
        _bench.Hub.SearchDone(read, early);
        _bench.Settle();
        Assert.Equal(0, Assert.IsType<Found>(_bob.AnswerTo(asked)).Count);
    }

    [Spec("CP-SEA-016")]
    [Fact]
    public void A_session_has_one_search_under_way_and_others_do_not_wait_for_it()
    {
        _ann.Say(_tea, "a word");
        var first = _bob.Send(id => new Search(id, "word", 10));
        var second = _bob.Send(id => new Search(id, "word", 10));
        _bench.Work();
        Assert.Single(_bench.Log.Searches);
        _ann.Send(id => new Search(id, "word", 10));
        _bench.Work();
        Assert.Equal(2, _bench.Log.Searches.Count);
        Assert.NotNull(_bob.AnswerTo(_bob.Send(id => new Ping(id))));

        _bench.Settle();
        var answers = _bob.All<Found>();
        Assert.Equal([first, second], answers.Select(found => found.Id));
    }

    [Fact]
    public void A_log_that_cannot_search_just_now_is_told_as_that()
    {
        var asked = _bob.Send(id => new Search(id, "word", 10));
        _bench.Hub.SearchDone(_bench.Log.Searches.Dequeue(), null);
        _bench.Settle();
        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(_bob.AnswerTo(asked)).Reason);
        Assert.Empty(Texts(_bob, new Search(0, "word", 10)));
    }

    [Fact]
    public void What_is_found_in_rooms_that_are_not_in_memory_comes_as_well()
    {
        var rooms = Enumerable.Range(0, 30).Select(i => _ann.Open($"room-{i}").Room).ToList();
        foreach (var room in rooms)
            _ann.Say(room, "a word");
        _bench.Restart();
        var late = _bench.LogIn("late");
        Assert.Equal(Enumerable.Reverse(rooms), Search(late, new Search(0, "word", 100)).Entries.Select(entry => entry.Room));
    }

    [Spec("CP-SEA-010")]
    [Fact]
    public void A_cursor_tells_nothing_of_how_much_is_said_elsewhere()
    {
        for (var i = 0; i < 4; i++)
            _ann.Say(_tea, "a word");
        var first = Search(_bob, new Search(0, "word", 1)).Found.Next!.Value;
        var second = Search(_bob, new Search(0, "word", 1, Before: first)).Found.Next!.Value;
        Assert.Equal(16, first.Length);
        Assert.True(first.ToArray().Zip(second.ToArray()).Count(pair => pair.First == pair.Second) < 8);
    }

    private static List<string> Texts(HubClient client, Search search) => [.. Search(client, search).Entries.Select(entry => entry.Text.ToString())];

    /// <summary>Searches, and returns the answer with the entries directly behind it.</summary>
    private static (Found Found, List<Message> Entries) Search(HubClient client, Search search)
    {
        var found = client.Ask<Found>(id => search with { Id = id });
        client.TakeAll();
        var entries = client.Received.SkipWhile(frame => frame != found).Skip(1).Take(found.Count).OfType<Entry>().Select(entry => entry.ToMessage()!).ToList();
        Assert.Equal(found.Count, entries.Count);
        Assert.All(found.Marks, mark => Assert.InRange(mark.Entry, 0, found.Count - 1));
        return (found, entries);
    }
}
