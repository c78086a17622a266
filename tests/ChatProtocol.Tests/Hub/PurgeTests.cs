using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class PurgeTests
{
    private const ulong Hour = 3_600_000;

    private readonly HubBench _bench = new();
    private readonly HubClient _admin;
    private readonly HubClient _ann;
    private readonly HubClient _eve;
    private readonly ulong _room;

    public PurgeTests()
    {
        _admin = _bench.LogInAdmin();
        _ann = _bench.LogIn("ann");
        _eve = _bench.LogIn("eve", publisher: 9);
        _room = _ann.Join("tea").Room;
    }

    [Spec("CP-PUR-001", "CP-PUR-003", "CP-MSG-010")]
    [Fact]
    public void What_somebody_has_posted_lately_is_erased_and_told_and_nothing_else()
    {
        _eve.Say(_room, "an hour ago");
        _bench.Pass(TimeSpan.FromHours(2));
        _ann.Say(_room, "hello");
        _eve.Say(_room, "buy");
        _ann.Say(_room, "no");
        _eve.Say(_room, "buy now");

        Assert.Equal((2UL, 1UL), Purge(_ann, "EVE", _room));

        Assert.Equal([3UL, 5UL], _ann.All<Erased>().Select(erased => erased.Seq));
        Assert.Equal(new PurgedEntries(_room, 6, (ulong)_bench.Now, _ann.Principal, "ann", _eve.Principal, 3, 5), Assert.Single(_ann.All<PurgedEntries>()));
        Assert.Equal(["an hour ago", "hello", "", "no", ""], TextsOf(_room));
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void It_is_answered_only_when_no_file_has_the_texts_with_one_scrub_for_all()
    {
        for (var i = 0; i < 600; i++)
            _eve.SendPost(_room, $"spam {i}");
        _bench.Settle();
        var asked = _admin.Send(id => new Purge(id, "eve", Hour, null, false));
        for (var turns = 0; _bench.Log.MaintenanceTasks.Count == 0; turns++)
        {
            Assert.InRange(turns, 0, 20);
            Assert.Null(_admin.AnswerTo(asked));
            // Posts of others go with the batches between.
            var post = _ann.SendPost(_room, "hello");
            Step();
            Assert.NotNull(_ann.AnswerTo(post));
        }
        Assert.Null(_admin.AnswerTo(asked));
        Assert.IsType<MaintenanceTask.Scrub>(Assert.Single(_bench.Log.MaintenanceTasks));
        _bench.Settle();
        Assert.Equal(new Purged(asked, 600, 1), _admin.AnswerTo(asked));
        Assert.Equal(600, _ann.All<Erased>().Count);
        Assert.DoesNotContain(_bench.Log.EntriesOf(_room), message => message.From == _eve.Principal && !message.IsErased);
    }

    [Spec("CP-PUR-001", "CP-PUR-006")]
    [Fact]
    public void No_batch_erases_more_than_256_entries()
    {
        for (var i = 0; i < 1000; i++)
            _eve.SendPost(_room, $"spam {i}");
        _bench.Settle();
        var asked = _admin.Send(id => new Purge(id, "eve", Hour, _room, false));
        var most = 0;
        while (_admin.AnswerTo(asked) is null)
        {
            Step();
            if (_bench.Log.MaintenanceTasks.Count > 0)
                _bench.Settle();
            most = Math.Max(most, _lastErasures);
        }
        Assert.Equal(256, most);
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void Posts_in_flight_are_hit_as_well()
    {
        _eve.Say(_room, "one", 1);
        _eve.SendPost(_room, "under way", 2);
        _bench.Hub.Flush();
        _eve.SendPost(_room, "gathered", 3);

        Assert.Equal((3UL, 1UL), Purge(_admin, "eve", null));

        Assert.All(_bench.Log.EntriesOf(_room), message => Assert.True(message.IsErased));
    }

    [Spec("CP-PUR-001", "CP-DEL-006")]
    [Fact]
    public void The_retry_of_a_purged_post_is_answered_as_ever()
    {
        var seq = _eve.Say(_room, "buy", 1).Seq;
        Purge(_ann, "eve", _room);
        Assert.Equal(seq, _eve.Say(_room, "buy", 1).Seq);
        Assert.Equal(seq, _eve.Say(_room, "something else", 1).Seq);
    }

    [Spec("CP-PUR-003")]
    [Fact]
    public void A_device_that_comes_back_with_an_old_cursor_is_told_which_range_is_gone()
    {
        var late = _bench.LogIn("late");
        late.Join("tea");
        var seen = _eve.Say(_room, "buy").Seq!.Value;
        late.Leave(_room);
        Purge(_ann, "eve", _room);

        late.Join("tea", after: seen);

        var purged = Assert.Single(late.All<PurgedEntries>());
        Assert.Equal((_eve.Principal, seen, seen), (purged.Principal, purged.First, purged.Last));
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void An_admin_purges_every_room_but_private_ones_of_others_which_it_can_name()
    {
        var open = _eve.Join("coffee").Room;
        var hidden = _eve.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        var letters = _eve.Open("@ann").Room;
        foreach (var room in (ulong[])[_room, open, hidden, letters])
            _eve.Say(room, "buy");

        Assert.Equal((3UL, 3UL), Purge(_admin, "eve", null));
        Assert.Equal("buy", Assert.Single(TextsOf(letters)));
        Assert.Equal((1UL, 1UL), Purge(_admin, "eve", letters));
        Assert.Equal("", Assert.Single(TextsOf(letters)));
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void Whoever_has_posted_in_more_rooms_than_are_noted_is_purged_in_all()
    {
        _eve.Say(_room, "buy");
        for (var i = 0; i < 70; i++)
            _eve.Say(_eve.Open($"room-{i}").Room, "buy");
        Assert.Equal((71UL, 71UL), Purge(_admin, "eve", null));
    }

    [Spec("CP-PUR-002")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whoever_is_away_is_found_by_its_name_also_behind_a_restart(bool behindARestart)
    {
        _eve.Say(_room, "buy");
        _eve.Disconnect();
        _bench.Settle();
        var admin = _admin;
        if (behindARestart)
        {
            _bench.Restart();
            admin = _bench.LogInAdmin();
        }
        Assert.Equal((1UL, 1UL), Purge(admin, "eve", null));
    }

    [Spec("CP-PUR-002")]
    [Fact]
    public void In_one_room_a_name_that_nobody_has_any_more_is_that_of_the_messages()
    {
        _eve.Say(_room, "buy");
        _eve.Ask<LoggedIn>(id => new Nick(id, "innocent"));
        _eve.Say(_room, "hello");

        Assert.Equal(ErrorCode.NoSuchUser, _admin.Refused(id => new Purge(id, "eve", Hour, null, false)));
        Assert.Equal((1UL, 1UL), Purge(_admin, "eve", _room));
        Assert.Equal(["", "hello"], TextsOf(_room));
    }

    [Spec("CP-PUR-005")]
    [Fact]
    public void A_dry_run_counts_and_changes_nothing()
    {
        _eve.Say(_room, "buy");
        Assert.Equal(new Purged(9, 1, 1), _admin.Ask<Purged>(id => new Purge(id, "eve", Hour, null, true)) with { Id = 9 });
        Assert.Equal(["buy"], TextsOf(_room));
        Assert.Empty(_ann.All<PurgedEntries>());
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void What_may_not_be_asked_is_refused()
    {
        _eve.Say(_room, "buy");
        Assert.Equal(ErrorCode.Denied, _eve.Refused(id => new Purge(id, "eve", Hour, _room, false)));
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Purge(id, "eve", Hour, null, false)));
        Assert.Equal(ErrorCode.NoSuchRoom, _ann.Refused(id => new Purge(id, "eve", Hour, 999, false)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Purge(id, "eve", 0, _room, false)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Purge(id, "eve", ChatProtocol.Purge.MaxFor + 1, _room, false)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new Purge(id, "server", Hour, _room, false)));
        _ann.Ask<Posted>(id => new SetRole(id, _room, "eve", RoomRole.Owner, ""));
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Purge(id, "eve", Hour, _room, false)));
        Assert.Equal((0UL, 0UL), Purge(_ann, "ann", _room));
        _ann.Send(id => new Purge(id, "ann", Hour, _room, false));
        Assert.Equal(ErrorCode.RateLimited, _ann.Refused(id => new Purge(id, "ann", Hour, _room, false)));
        Assert.Equal(["buy"], TextsOf(_room));
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void A_purge_that_cannot_be_stored_is_refused_and_asked_again_it_is_done()
    {
        _eve.Say(_room, "buy");
        _bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, _admin.Refused(id => new Purge(id, "eve", Hour, null, false)));
        Assert.Empty(_ann.All<PurgedEntries>());
        _bench.LosesBatches = false;
        Assert.Equal((1UL, 1UL), Purge(_admin, "eve", null));
        Assert.Equal(2UL, Assert.Single(_ann.All<PurgedEntries>()).Seq);
    }

    [Spec("CP-PUR-001")]
    [Fact]
    public void A_room_that_is_removed_meanwhile_ends_the_purge_of_it()
    {
        _eve.Say(_room, "buy");
        var asked = _admin.Send(id => new Purge(id, "eve", Hour, _room, false));
        _bench.AnswerRead();
        _admin.Ask<Ok>(id => new RemoveRoom(id, _room));
        Assert.IsType<Purged>(_admin.AnswerTo(asked));
    }

    [Spec("CP-ROL-020")]
    [Fact]
    public void Whoever_is_banned_while_it_reads_a_page_does_not_get_it()
    {
        _ann.Say(_room, "a secret");
        var page = _eve.Send(id => new History(id, _room, 10, null, null));
        _ann.Send(id => new Restrict(id, _room, "eve", RoomRestriction.Banned, null, ""));
        _bench.Settle();
        Assert.Equal(ErrorCode.BannedFromRoom, Assert.IsType<Error>(_eve.AnswerTo(page)).Reason);
        Assert.Empty(_eve.Entries(_room));
    }

    [Spec("CP-ADM-012", "CP-PUR-001", "CP-REP-001")]
    [Fact]
    public void The_seq_of_another_room_says_nothing_about_the_room_that_is_named()
    {
        var own = _eve.Join("coffee").Room;
        _eve.Say(own, "mine");
        _ann.Say(_room, "one");
        var second = _ann.Say(_room, "two").Seq!.Value;
        var hidden = _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;

        // Eve owns a room with one entry; what has this seq elsewhere is not hers.
        Assert.Equal(ErrorCode.NoSuchEntry, _eve.Refused(id => new Erase(id, own, second)));
        Assert.Equal(ErrorCode.Denied, _eve.Refused(id => new Erase(id, _room, 1)));
        Assert.Equal(ErrorCode.NoSuchEntry, _eve.Refused(id => new Report(id, own, second, "")));
        Assert.Equal(ErrorCode.NoSuchRoom, _eve.Refused(id => new Report(id, hidden, 1, "")));
        Assert.Equal(ErrorCode.NoSuchRoom, _eve.Refused(id => new Purge(id, "ann", Hour, hidden, false)));
        Assert.Equal((0UL, 0UL), Purge(_eve, "ann", own));
        Assert.Equal(["one", "two"], TextsOf(_room));
    }

    [Spec("CP-BAN-005", "CP-ROL-014")]
    [Fact]
    public void Nobody_bans_oneself_the_last_owner_or_everybody_by_accident()
    {
        var owner = _bench.LogInAs("owner", AccountRole.Owner);
        Assert.Equal(ErrorCode.Denied, owner.Refused(id => new Ban(id, "owner", null, null, null, "", false, false)));
        Assert.Equal(ErrorCode.Denied, _bench.LogInAs("admin-2", AccountRole.Admin).Refused(id => new Ban(id, "owner", null, null, null, "", false, false)));
        Assert.Equal(ErrorCode.InvalidValue, owner.Refused(id => new Ban(id, null, "0.0.0.0/0", null, null, "", false, false)));
        Assert.Equal(ErrorCode.InvalidValue, owner.Refused(id => new Ban(id, null, "::/0", null, null, "", false, false)));
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Restrict(id, _room, "ann", RoomRestriction.Banned, null, "")));
    }

    private int _lastErasures;

    /// <summary>One read is answered and one batch stored.</summary>
    private void Step()
    {
        _bench.Work();
        while (_bench.Log.Reads.Count > 0)
            _bench.AnswerRead();
        _bench.Hub.Flush();
        _lastErasures = _bench.Log.UnderWay?.Changes.OfType<Erasure>().Count() ?? 0;
        if (_bench.Log.UnderWay is not null)
            _bench.Hub.Committed(_bench.Log.Store());
        _bench.Work();
    }

    private static (ulong Entries, ulong Rooms) Purge(HubClient asker, string name, ulong? room)
    {
        var purged = asker.Ask<Purged>(id => new Purge(id, name, Hour, room, false));
        return (purged.Entries, purged.Rooms);
    }

    private string[] TextsOf(ulong room) => [.. _bench.Log.EntriesOf(room).Select(message => message.Text.ToString())];
}
