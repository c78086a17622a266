using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class RoomRoleTests
{
    private readonly HubBench _bench = new();
    private readonly HubClient _ann;
    private readonly HubClient _bob;

    public RoomRoleTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _bob = _bench.LogIn("bob", publisher: 2);
    }

    [Spec("CP-ROL-001", "CP-ROL-002", "CP-ROL-003")]
    [Fact]
    public void A_room_by_invitation_is_there_for_its_creator_and_for_nobody_else()
    {
        var room = CreateByInvitation("plans");

        var info = _ann.Join($"#{room}");
        Assert.Equal((RoomKind.ByInvitation, "plans", RoomRole.Owner, 1UL), (info.Kind, info.Name, info.Role, info.Head));
        _ann.Say(room, "a secret");
        foreach (var ask in AllOf(room))
            Assert.Equal(Without(_bob.Ask<Error>(ask(room))), Without(_bob.Ask<Error>(ask(4711))));
        Assert.DoesNotContain(_bob.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Room == room);
        Assert.Contains(_ann.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => (item.Room, item.Kind, item.Name) == (room, RoomKind.ByInvitation, "plans"));

        static Error Without(Error error) => error with { Id = 0 };
    }

    [Spec("CP-ROL-002")]
    [Fact]
    public void A_hidden_room_is_looked_up_in_the_log_as_a_missing_one_is()
    {
        var room = CreateByInvitation("plans");
        var removed = CreateByInvitation("gone");
        _ann.Ask<Ok>(id => new RemoveRoom(id, removed));
        foreach (var id in (ulong[])[room, removed])
        {
            var before = _bench.Log.EveryLookup;
            Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(request => new Post(request, id, "psst", null)));
            Assert.Equal(1, _bench.Log.EveryLookup - before);
        }
    }

    [Spec("CP-ROL-002")]
    [Fact]
    public void The_name_of_a_room_by_invitation_tells_nobody_that_it_is_there()
    {
        var room = CreateByInvitation("plans");
        Assert.NotEqual(room, _bob.Join("plans").Room);
        Assert.NotEqual(room, CreateByInvitation("plans"));
    }

    [Spec("CP-ROL-011", "CP-ROL-022", "CP-ROL-013")]
    [Fact]
    public void Whoever_is_invited_is_told_sees_the_room_and_says_something()
    {
        var room = CreateByInvitation("plans");
        _ann.Join($"{room}");

        var done = _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Member, ""));

        Assert.Equal((2UL, new Invited(room, "plans", "ann")), (done.Seq, _bob.All<Invited>()[^1]));
        Assert.Equal(RoomRole.Member, _bob.Join($"{room}").Role);
        _bob.Say(room, "thank you");
        var told = Assert.Single(_ann.All<RoleChanged>());
        Assert.Equal(("has invited bob", _bob.LoggedIn!.Principal, "bob", RoomRole.Member), (told.Text.ToString(), told.Principal, told.Whom, told.Role));
        Assert.Equal([("ann", RoomRole.Owner), ("bob", RoomRole.Member)], _bob.Ask<RoleList>(id => new RoomRoles(id, room, 0)).Items.Select(item => (item.Name, item.Role)));
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new SetRole(id, room, "ann", RoomRole.None, "")));
    }

    [Spec("CP-ROL-021")]
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_is_banned_or_removed_is_told_and_gets_nothing_more(bool isBanned)
    {
        var room = CreateByInvitation("plans");
        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Member, ""));
        _bob.Join($"{room}");

        _ann.Ask<Posted>(id => isBanned ? new Restrict(id, room, "bob", RoomRestriction.Banned, null, "enough") : new SetRole(id, room, "bob", RoomRole.None, "enough"));
        _ann.Say(room, "he is gone");

        Assert.IsType<Expelled>(_bob.Received[^1]);
        Assert.Equal("enough", _bob.All<Expelled>()[^1].Reason);
        Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(id => new Post(id, room, "hello", null)));
        Assert.DoesNotContain(_bob.Ask<RoomList>(id => new Rooms(id, 0)).Items, item => item.Room == room);
    }

    [Spec("CP-ROL-012", "CP-ROL-020")]
    [Fact]
    public void A_ban_from_a_public_room_tells_why_and_for_how_long_and_ends_by_itself()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");

        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.Banned, 60_000, "spam"));

        foreach (var ask in (Func<ulong, Request>[])[id => new Join(id, "tea", PresenceMode.None, null, null), id => new Post(id, room, "x", null), id => new History(id, room, 10, null, null)])
        {
            var refused = _bob.Ask<Error>(ask);
            Assert.Equal((ErrorCode.BannedFromRoom, 60_000UL), (refused.Reason, refused.RetryAfter));
            Assert.Contains("spam", refused.Text, StringComparison.Ordinal);
        }
        _bench.Pass(TimeSpan.FromMinutes(1));
        _bob.Join("tea");
        _bob.Say(room, "hello again");
    }

    [Spec("CP-ROL-012", "CP-ROL-020", "CP-ROL-023")]
    [Fact]
    public void A_muted_one_reads_and_posts_nothing_new_and_a_repeat_is_answered_as_ever()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        var first = _bob.Say(room, "one", 1);

        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.Muted, null, ""));

        Assert.Equal(first.Seq, _bob.Say(room, "one", 1).Seq);
        Assert.Equal(ErrorCode.Muted, _bob.Refused(id => new Post(id, room, "two", 2)));
        _ann.Say(room, "quiet here");
        Assert.Equal("quiet here", _bob.Texts(room).Last());
        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.None, null, ""));
        _bob.Say(room, "two", 2);
    }

    [Spec("CP-ROL-014")]
    [Fact]
    public void Nobody_restricts_itself_or_one_who_is_not_below()
    {
        var room = _ann.Join("tea").Room;
        var eve = _bench.LogIn("eve");
        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Moderator, ""));
        _ann.Ask<Posted>(id => new SetRole(id, room, "eve", RoomRole.Moderator, ""));
        _bench.LogInAs("boss", AccountRole.Admin);

        Assert.All(["bob", "eve", "ann", "boss"], name => Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new Restrict(id, room, name, RoomRestriction.Muted, null, ""))));
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new SetRole(id, room, "eve", RoomRole.None, "")));
        Assert.Equal(ErrorCode.Denied, _ann.Refused(id => new Restrict(id, room, "boss", RoomRestriction.Banned, null, "")));
        Assert.Equal(ErrorCode.NoSuchUser, _ann.Refused(id => new Restrict(id, room, "nobody", RoomRestriction.Muted, null, "")));
        Assert.Equal(ErrorCode.Denied, eve.Refused(id => new SetRole(id, room, "eve", RoomRole.Owner, "")));
        eve.Ask<Posted>(id => new SetRole(id, room, "eve", RoomRole.Member, ""));
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new SetRole(id, room, "eve", RoomRole.Moderator, "")));
    }

    [Spec("CP-ROL-015")]
    [Fact]
    public void An_owner_gives_every_role_and_a_moderator_that_of_a_member()
    {
        var room = _ann.Join("tea").Room;
        _bench.LogIn("eve");
        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Moderator, ""));

        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new SetRole(id, room, "eve", RoomRole.Moderator, "")));
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new SetRole(id, room, "eve", RoomRole.Owner, "")));
        _bob.Ask<Posted>(id => new SetRole(id, room, "eve", RoomRole.Member, ""));
        _ann.Ask<Posted>(id => new SetRole(id, room, "eve", RoomRole.Owner, ""));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new SetRole(id, room, "bob", (RoomRole)4, "")));
    }

    [Spec("CP-ROL-010", "CP-ROL-030", "CP-ROL-031")]
    [Fact]
    public void Settings_hold_at_once_are_told_by_an_entry_and_are_there_after_a_restart()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        _bob.Say(room, "hello");

        _ann.Ask<Posted>(id => new ChangeRoom(id, room, "Tea", "green tea", 1, null, null));

        var told = _bob.All<RoomChanged>()[^1];
        Assert.Equal(("has set the title: Tea, set the topic: green tea, made the room moderated", "Tea", "green tea", 1UL, null), (told.Text.ToString(), told.Title, told.Topic, told.Moderated, told.Archived));
        Assert.Equal(ErrorCode.Muted, _bob.Refused(id => new Post(id, room, "may I?", null)));
        _ann.Ask<Posted>(id => new SetRole(id, room, "bob", RoomRole.Member, ""));
        _bob.Say(room, "now I may");
        Assert.Null(_ann.Ask<Posted>(id => new ChangeRoom(id, room, "Tea", null, 1, null, null)).Seq);

        _bench.Restart();
        var ann = _bench.LogIn("ann");
        var info = ann.Join("tea");
        Assert.Equal(("Tea", "green tea", 1UL, 0UL, RoomRole.Owner), (info.Title, info.Topic, info.Moderated, info.Archived, info.Role));
        ann.Ask<Posted>(id => new ChangeRoom(id, room, null, null, 0, 1, null));
        Assert.Equal(ErrorCode.RoomArchived, ann.Refused(id => new Post(id, room, "too late", null)));
        Assert.Equal(RoomRole.Member, _bench.LogIn("bob").Join("tea").Role);
    }

    [Spec("CP-AMD-003", "CP-ROL-010")]
    [Fact]
    public void A_message_is_edited_for_as_long_as_the_room_says_and_so_it_is_after_a_restart()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        _bob.Say(room, "teh");
        Assert.Equal(ErrorCode.Denied, _bob.Refused(id => new ChangeRoom(id, room, null, null, null, null, null, 60_000)));
        Assert.Equal(ErrorCode.InvalidValue, _ann.Refused(id => new ChangeRoom(id, room, null, null, null, null, null, ChangeRoom.MaxEditFor + 1)));
        _ann.Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, null, null, 60_000));
        Assert.Equal(("has let messages be edited for 1 min", 60_000UL, null), _bob.All<RoomChanged>()[^1] is var told ? (told.Text.ToString(), told.EditFor!.Value, told.Slow) : default);

        _bench.Pass(TimeSpan.FromSeconds(59));
        _bob.Ask<Posted>(id => new Edit(id, room, 1, "the"));
        _bench.Pass(TimeSpan.FromSeconds(1));
        var late = _bob.Ask<Error>(id => new Edit(id, room, 1, "thee"));
        Assert.Equal((ErrorCode.Denied, 60_000UL), (late.Reason, late.Value));
        _bob.Ask<Posted>(id => new React(id, room, 1, "x"));

        _bench.Restart();
        Assert.Equal(60_000UL, _bench.LogIn("bob").Join("tea").EditFor);
        Assert.Equal(ErrorCode.Denied, _bench.LogIn("bob").Refused(id => new Edit(id, room, 1, "thee")));
        _bench.LogIn("ann").Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, null, null, 0));
        _bench.LogIn("bob").Ask<Posted>(id => new Edit(id, room, 1, "thee"));
    }

    [Spec("CP-ROL-010")]
    [Fact]
    public void A_change_that_could_not_be_stored_never_was()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        _ann.Say(room, "hello");
        _bench.LosesBatches = true;

        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => new ChangeRoom(id, room, null, "coffee", 1, null, null)));
        Assert.Equal(ErrorCode.LogUnavailable, _ann.Refused(id => new Restrict(id, room, "bob", RoomRestriction.Banned, null, "")));
        _bench.LosesBatches = false;

        Assert.Equal(("", 0UL), (_bench.LogIn("eve").Join("tea").Topic, _bench.LogIn("zoe").Join("tea").Moderated));
        _bob.Say(room, "still here");
        Assert.Empty(_bob.All<RoomChanged>());
    }

    [Spec("CP-ROL-032")]
    [Fact]
    public void In_slow_mode_one_early_post_waits_and_the_next_is_refused()
    {
        var room = _ann.Join("tea").Room;
        _bob.Join("tea");
        _ann.Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, null, 10_000));
        _bob.Say(room, "one", 1);

        var second = _bob.Send(id => new Post(id, room, "two", 2));
        _bench.Settle();
        Assert.Null(_bob.AnswerTo(second));
        var refused = _bob.Ask<Error>(id => new Post(id, room, "three", 3));
        Assert.Equal((ErrorCode.RateLimited, 20_000UL), (refused.Reason, refused.RetryAfter));
        _ann.Say(room, "an owner does not wait");
        _ann.Say(room, "at all");

        _bench.Pass(TimeSpan.FromSeconds(10));
        _bench.Settle();
        Assert.IsType<Posted>(_bob.AnswerTo(second));
        Assert.Equal(["one", "an owner does not wait", "at all", "two"], _bob.Texts(room).TakeLast(4));
    }

    [Spec("CP-ROL-032", "CP-ROL-020")]
    [Fact]
    public void A_post_that_waits_in_slow_mode_is_judged_anew_when_its_time_comes()
    {
        var room = _ann.Join("tea").Room;
        _ann.Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, null, 10_000));
        _bob.Say(room, "one");
        var second = _bob.Send(id => new Post(id, room, "two", null));
        _ann.Ask<Posted>(id => new Restrict(id, room, "bob", RoomRestriction.Muted, null, ""));

        _bench.Pass(TimeSpan.FromSeconds(10));

        Assert.Equal(ErrorCode.Muted, ((Error)_bob.AnswerTo(second)!).Reason);
    }

    [Spec("CP-ROL-021")]
    [Fact]
    public void An_admin_who_is_one_no_more_is_not_left_in_rooms_that_only_admins_see()
    {
        var room = CreateByInvitation("plans");
        var boss = _bench.LogInAs("boss", AccountRole.Admin);
        boss.Join($"#{room}");
        var tea = boss.Join("tea").Room;

        _bench.LogInAdmin().Ask<Ok>(id => new ChangeAccount(id, "boss", (ulong)AccountRole.Member, null, null));
        _ann.Say(room, "a secret");
        _ann.Say(_ann.Join("tea").Room, "for all");

        Assert.Equal(room, Assert.Single(boss.All<Expelled>()).Room);
        Assert.Equal((0, 1), (boss.Texts(room).Count(), boss.Texts(tea).Count()));
    }

    [Spec("CP-ROL-020")]
    [Fact]
    public void Whoever_is_banned_while_a_page_is_read_does_not_get_it()
    {
        var room = _ann.Join("tea").Room;
        _ann.Say(room, "hello");
        _bench.Restart();
        var ann = _bench.LogIn("ann");
        var bob = _bench.LogIn("bob");
        ann.Open("tea");
        var page = bob.Send(id => new History(id, room, 10, null, null));
        Assert.Single(_bench.Log.Reads);
        ann.Send(id => new Restrict(id, room, "bob", RoomRestriction.Banned, null, ""));

        _bench.Settle();

        Assert.Equal(ErrorCode.BannedFromRoom, ((Error)bob.AnswerTo(page)!).Reason);
    }

    [Fact]
    public void Names_and_rooms_that_are_not_there_are_looked_up_once_each()
    {
        var (one, other) = (CreateByInvitation("one"), CreateByInvitation("other"));
        var tea = _ann.Join("tea").Room;
        _ann.Say(tea, "hello");
        _bench.LogInAs("zoe", AccountRole.Member);
        var zoe = _bench.LogInByPassword("zoe");

        Assert.Equal(ErrorCode.NoSuchRoom, _bob.Refused(id => new SetRole(id, one, "nobody", RoomRole.None, "")));
        Assert.Equal(ErrorCode.NoSuchUser, _bob.Refused(id => new SetRole(id, tea, "nobody", RoomRole.None, "")));
        Assert.Equal(ErrorCode.NoSuchRoom, zoe.Refused(id => new CreateToken(id, "x", (int)TokenScopes.Read, [new TokenRoom(one), new TokenRoom(other), new TokenRoom(4711)], null)));
    }

    [Spec("CP-ROL-011")]
    [Fact]
    public void A_room_has_no_more_roles_and_restrictions_than_it_may()
    {
        var bench = new HubBench(options => options with { Near = options.Near with { RoomChanges = Rate.Unlimited } });
        var ann = bench.LogIn("ann");
        var room = ann.Join("tea").Room;
        for (var i = 0; i < 1000; i++)
        {
            bench.LogIn($"guest{i}");
            ann.Ask<Posted>(id => new SetRole(id, room, $"guest{i}", RoomRole.Member, ""));
        }
        bench.LogIn("onemore");

        var refused = ann.Ask<Error>(id => new SetRole(id, room, "onemore", RoomRole.Member, ""));

        Assert.Equal((ErrorCode.TooMany, 1000UL), (refused.Reason, refused.Value));
        var (roles, after) = (0, 0UL);
        for (var more = true; more;)
        {
            var page = ann.Ask<RoleList>(id => new RoomRoles(id, room, after));
            Assert.InRange(page.Items.Count, 1, 500);
            (roles, after, more) = (roles + page.Items.Count, page.Items[^1].Principal, page.More);
        }
        Assert.Equal(1001, roles);
    }

    [Spec("CP-ROL-010")]
    [Fact]
    public void An_erased_topic_leaves_neither_words_nor_topic_in_its_entry()
    {
        var room = _ann.Join("tea").Room;
        var posted = _ann.Ask<Posted>(id => new ChangeRoom(id, room, null, "a slander", null, null, null));

        _ann.Ask<Ok>(id => new Erase(id, room, posted.Seq!.Value));

        var page = _bob.Ask<Page>(id => new History(id, room, 10, null, null));
        Assert.Equal(1, page.Count);
        Assert.Equal((0, null), (_bob.All<RoomChanged>()[^1].Text.Length, _bob.All<RoomChanged>()[^1].Topic));
    }

    private ulong CreateByInvitation(string name) => _ann.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, name, "")).Room;

    private static Func<ulong, Func<ulong, Request>>[] AllOf(ulong _) =>
    [
        room => id => new Open(id, $"{room}", false), room => id => new Join(id, $"#{room}", PresenceMode.None, null, null), room => id => new Post(id, room, "psst", null),
        room => id => new History(id, room, 10, null, null), room => id => new Members(id, room, 0), room => id => new RoomRoles(id, room, 0),
        room => id => new ChangeRoom(id, room, "x", null, null, null, null), room => id => new SetRole(id, room, "ann", RoomRole.None, ""),
        room => id => new Restrict(id, room, "ann", RoomRestriction.Muted, null, ""), room => id => new Erase(id, room, 1), room => id => new Retain(id, room, false, null, null, null),
        room => id => new RemoveRoom(id, room), room => id => new Leave(id, room),
    ];
}
