using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Settings, roles and rooms by invitation, against a server that the test speaks for.</summary>
public sealed class RoomSettingsTests
{
    private const ulong Me = 34;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_room_is_as_its_join_was_answered_and_then_as_its_entries_tell()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => Told(join.Id, head: 3, cursor: 3));
        var room = await joining;
        Assert.Equal(("Tea", "green", true, true, TimeSpan.FromSeconds(5)), (room.Title, room.Topic, room.IsModerated, room.IsArchived, room.SlowMode!.Value));
        Assert.Equal((RoomRole.Member, RoomRestriction.Muted, DateTimeOffset.UnixEpoch.AddSeconds(9)), (room.Role, room.Restriction, room.RestrictedUntil!.Value));

        await peer.SendAsync(
            new RoomChanged(5, 4, 1000, 9, "bob", "has set the topic: black", null, "black", 0, null, 0),
            new RoleChanged(5, 5, 1001, 9, "bob", "has made eve an owner", 77, "eve", RoomRole.Owner, RoomRestriction.None, 0),
            new RoleChanged(5, 6, 1002, 9, "bob", "has made ann a moderator", Me, "ann", RoomRole.Moderator, RoomRestriction.None, 0));
        var events = await client.EventsAsync(Stop).Take(3).ToListAsync(Stop);

        Assert.Equal(("Tea", "black", false, true, null), (room.Title, room.Topic, room.IsModerated, room.IsArchived, room.SlowMode));
        Assert.Equal((RoomRole.Moderator, RoomRestriction.None, null), (room.Role, room.Restriction, room.RestrictedUntil));
        var changed = Assert.IsType<RoomChangeReceived>(events[0]);
        Assert.Equal((room, 4UL, "bob", "has set the topic: black"), (changed.Room, changed.Change.Seq, changed.Change.Name, changed.Change.Text.ToString()));
        Assert.Equal(new RoomChange { Topic = "black", IsModerated = false, SlowMode = TimeSpan.Zero }, changed.Change.Change);
        Assert.Equal((PrincipalIds.Server, "bob has set the topic: black"), (changed.Change.ToMessage().From, changed.Change.ToMessage().Text.ToString()));
        var role = Assert.IsType<RoleChangeReceived>(events[1]).Change;
        Assert.Equal((77UL, "eve", RoomRole.Owner, RoomRestriction.None, null), (role.Principal, role.Whom, role.Role, role.Restriction, role.Until));
        Assert.Equal(6UL, room.Cursor.Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task What_was_changed_before_the_join_and_is_caught_up_with_does_not_bring_back_what_was()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var joining = client.JoinAsync("tea", new JoinOptions { From = ChatCursor.Beginning }, Stop);
        var join = await peer.ReceiveAsync<Join>();
        await peer.SendAsync(
            Told(join.Id, head: 2, cursor: 0),
            new RoomChanged(5, 1, 1000, 9, "bob", "has set the topic: old", null, "old", null, null, null),
            new RoleChanged(5, 2, 1001, 9, "bob", "has made ann an owner", Me, "ann", RoomRole.Owner, RoomRestriction.None, 0));
        await client.EventsAsync(Stop).Take(2).ToListAsync(Stop);

        Assert.Equal(("green", RoomRole.Member), ((await joining).Topic, (await joining).Role));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_restored_connection_tells_the_settings_as_they_are_by_then()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        peer.Close();
        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(join => Told(join.Id, head: 0, cursor: 0));
        await client.EventsAsync(Stop).Take(2).ToListAsync(Stop);
        var pinging = client.PingAsync(Stop);
        await again.AnswerAsync<Ping>(ping => new Pong(ping.Id));
        await pinging;

        Assert.Equal(("Tea", RoomRestriction.Muted), (room.Title, room.Restriction));
    }

    [Fact(Timeout = 10_000)]
    public async Task Each_change_is_one_request_and_is_answered_with_the_place_of_its_entry()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var day = TimeSpan.FromDays(1);

        await AskAsync(room.SetTopicAsync("green", Stop), peer, new ChangeRoom(0, 5, null, "green", null, null, null));
        await AskAsync(room.SetTitleAsync("", Stop), peer, new ChangeRoom(0, 5, "", null, null, null, null));
        await AskAsync(
            room.ChangeAsync(new RoomChange { IsModerated = true, IsArchived = false, SlowMode = TimeSpan.FromSeconds(2) }, Stop), peer, new ChangeRoom(0, 5, null, null, 1, 0, 2000));
        await AskAsync(room.SetRoleAsync("bob", RoomRole.Moderator, "for now", Stop), peer, new SetRole(0, 5, "bob", RoomRole.Moderator, "for now"));
        await AskAsync(room.MuteAsync("bob", day, "loud", Stop), peer, new Restrict(0, 5, "bob", RoomRestriction.Muted, 86_400_000, "loud"));
        await AskAsync(room.UnmuteAsync("bob", Stop), peer, new Restrict(0, 5, "bob", RoomRestriction.None, null, ""));
        await AskAsync(room.BanAsync("bob", cancellationToken: Stop), peer, new Restrict(0, 5, "bob", RoomRestriction.Banned, null, ""));
        await AskAsync(room.UnbanAsync("bob", Stop), peer, new Restrict(0, 5, "bob", RoomRestriction.None, null, ""));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_invitation_takes_nobodys_higher_role()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var inviting = room.InviteAsync("Bob", Stop);
        await peer.AnswerAsync<RoomRoles>(asked => new RoleList(asked.Id, [Role(9, "bob", RoomRole.Owner)], false));
        Assert.Null((await inviting).Seq);

        inviting = room.InviteAsync("cid", Stop);
        await peer.AnswerAsync<RoomRoles>(asked => new RoleList(asked.Id, [Role(9, "bob", RoomRole.Owner)], true));
        Assert.Equal(9UL, (await peer.AnswerAsync<RoomRoles>(asked => new RoleList(asked.Id, [Role(10, "cid", RoomRole.None)], false))).After);
        Assert.Equal(("cid", RoomRole.Member), await peer.AnswerAsync<SetRole>(set => new Posted(set.Id, 8, 1)) is var set ? (set.Name, set.Role) : default);
        Assert.Equal(8UL, (await inviting).Seq);
    }

    [Fact(Timeout = 10_000)]
    public async Task Those_with_a_role_are_listed_page_by_page()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var listing = room.RolesAsync(Stop).ToListAsync(Stop);
        await peer.AnswerAsync<RoomRoles>(asked => new RoleList(asked.Id, [Role(9, "bob", RoomRole.Owner)], true));
        await peer.AnswerAsync<RoomRoles>(asked => new RoleList(asked.Id, [new RoleListItem(10, "cid", RoomRole.None, RoomRestriction.Muted, 2000, "loud", "bob", 1000)], false));

        Assert.Equal(
            [
                new ChatRoleInfo { Principal = 9, Name = "bob", Role = RoomRole.Owner, Made = DateTimeOffset.UnixEpoch },
                new ChatRoleInfo
                {
                    Principal = 10, Name = "cid", Restriction = RoomRestriction.Muted, Until = DateTimeOffset.UnixEpoch.AddSeconds(2), Reason = "loud", By = "bob",
                    Made = DateTimeOffset.UnixEpoch.AddSeconds(1),
                },
            ], await listing);
    }

    [Fact]
    public async Task What_no_room_can_have_is_refused_before_it_is_sent()
    {
        await using var server = new ScriptedServer();
        var (client, _, room) = await server.WelcomeToRoomAsync();

        Assert.Throws<ArgumentException>(() => { _ = room.ChangeAsync(new RoomChange(), Stop); });
        Assert.Throws<ArgumentException>(() => { _ = room.SetTopicAsync(new string('x', RoomChange.MaxTopic + 1), Stop); });
        Assert.Throws<ArgumentException>(() => { _ = room.SetTitleAsync(new string('x', RoomChange.MaxTitle + 1), Stop); });
        Assert.Throws<ArgumentException>(() => { _ = room.ChangeAsync(new RoomChange { SlowMode = RoomChange.MaxSlowMode + TimeSpan.FromTicks(1) }, Stop); });
        Assert.Throws<ArgumentException>(() => { _ = room.ChangeAsync(new RoomChange { SlowMode = TimeSpan.FromTicks(-1) }, Stop); });
        Assert.Throws<ArgumentException>(() => { _ = room.SetRoleAsync("bob", RoomRole.Member, new string('x', Ban.MaxReason + 1), Stop); });
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = room.MuteAsync("bob", TimeSpan.Zero, cancellationToken: Stop); });
        Assert.Throws<ArgumentException>(() => { _ = client.CreateRoomAsync("bob", RoomKind.Private, cancellationToken: Stop); });
        Assert.Throws<ArgumentException>(() => { _ = client.CreateRoomAsync("tea", topic: new string('x', RoomChange.MaxTopic + 1), cancellationToken: Stop); });
        Assert.Equal(ErrorCode.BadName, (await Assert.ThrowsAsync<ChatException>(() => client.CreateRoomAsync("12", cancellationToken: Stop))).Code);
        Assert.Equal(ErrorCode.BadName, (await Assert.ThrowsAsync<ChatException>(() => room.BanAsync("", cancellationToken: Stop))).Code);
        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => client.JoinAsync("99999999999999999999", cancellationToken: Stop))).Code);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_a_repeat_would_do_twice_is_not_repeated_on_the_next_connection()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var muting = room.MuteAsync("bob", TimeSpan.FromDays(1), cancellationToken: Stop);
        await peer.ReceiveAsync<Restrict>();
        var creating = client.CreateRoomAsync("plans", cancellationToken: Stop);
        await peer.ReceiveAsync<CreateRoom>();
        var banning = room.BanAsync("bob", cancellationToken: Stop);
        await peer.ReceiveAsync<Restrict>();
        peer.Close();

        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => muting)).Outcome);
        Assert.Equal(Outcome.Unknown, (await Assert.ThrowsAsync<ChatException>(() => creating)).Outcome);
        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(join => new RoomInfo(join.Id, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null));
        await again.AnswerAsync<Restrict>(restrict => new Posted(restrict.Id, null, null));
        Assert.Equal((5UL, 77UL, null), await banning is var receipt ? (receipt.Room, receipt.Epoch, receipt.Seq) : default);
    }

    [Spec("CP-ROL-032")]
    [Fact(Timeout = 10_000)]
    public async Task A_post_in_slow_mode_may_wait_longer_than_other_requests()
    {
        await using var server = new ScriptedServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.WelcomeAsync(o => o with { TimeProvider = time, RequestTimeout = TimeSpan.FromSeconds(3), KeepAliveInterval = TimeSpan.FromMinutes(10) });
        var joining = client.JoinAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => Told(join.Id, head: 0, cursor: 0));
        var posting = (await joining).PostAsync("x", Stop);
        var post = await peer.ReceiveAsync<Post>();
        time.Pass(5);

        await peer.SendAsync(new Posted(post.Id, 1, 0));

        Assert.Equal(1UL, (await posting).Seq);
    }

    [Spec("CP-ROL-003")]
    [Fact(Timeout = 20_000)]
    public async Task A_room_by_invitation_goes_by_its_id_also_after_a_loss()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var creating = client.CreateRoomAsync("plans", topic: "autumn", cancellationToken: Stop);
        var asked = await peer.AnswerAsync<CreateRoom>(create => ByInvitation(create.Id, 12));
        Assert.Equal((RoomKind.ByInvitation, "plans", "autumn"), (asked.Kind, asked.Name, asked.Topic));
        Assert.Equal((RoomKind.ByInvitation, "plans", "12", "12", false), await creating is var made ? (made.Kind, made.Name, made.Address, made.ToString(), made.Joined) : default);
        var joining = client.JoinAsync("#12", cancellationToken: Stop);
        Assert.Equal("12", (await peer.AnswerAsync<Join>(join => ByInvitation(join.Id, 12))).Name);
        var room = await joining;
        peer.Close();

        var again = await BackAsync(server);
        Assert.Equal("12", (await again.AnswerAsync<Open>(open => ByInvitation(open.Id, 12))).Name);
        Assert.Equal("12", (await again.AnswerAsync<Join>(join => ByInvitation(join.Id, 12))).Name);
        await again.SendAsync(ScriptedPeer.Entry(1, room: 12));

        Assert.Same(room, (await client.EventsAsync(Stop).OfType<MessageReceived>().FirstAsync(Stop)).Room);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_id_that_a_restored_server_has_given_to_another_room_is_not_that_room()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync(ComingBack);
        var joining = client.JoinAsync("12", cancellationToken: Stop);
        await peer.AnswerAsync<Join>(join => ByInvitation(join.Id, 12));
        var room = await joining;
        peer.Close();
        var posting = room.PostAsync("for those of the plans alone", Stop);

        var again = await BackAsync(server);
        await again.AnswerAsync<Open>(open => ByInvitation(open.Id, 12) with { Name = "others", Epoch = 78 });
        Assert.Equal(0UL, (await again.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.NoSuchRoom, "gone"))).Room);

        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => posting)).Code);
        Assert.Same(room, (await client.EventsAsync(Stop).OfType<RoomLost>().FirstAsync(Stop)).Room);
    }

    [Spec("CP-ROL-021")]
    [Fact(Timeout = 10_000)]
    public async Task Whoever_is_expelled_has_left_the_room_and_is_told_why()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        await peer.SendAsync(ScriptedPeer.Entry(1), new Expelled(5, "too loud"), new Expelled(5, "nowhere"));

        var events = await client.EventsAsync(Stop).Take(2).ToListAsync(Stop);

        Assert.IsType<MessageReceived>(events[0]);
        Assert.Equal((room, "too loud", false), events[1] is ExpelledFromRoom expelled ? (expelled.Room, expelled.Reason, room.Joined) : default);
        var posting = room.PostAsync("but", Stop);
        Assert.Equal(5UL, (await peer.AnswerAsync<Post>(p => new Error(p.Id, ErrorCode.BannedFromRoom, "you are banned from this room: too loud", RetryAfter: 60_000))).Room);
        var refused = await Assert.ThrowsAsync<ChatException>(() => posting);
        Assert.Equal((ErrorCode.BannedFromRoom, TimeSpan.FromMinutes(1), Outcome.Refused), (refused.Code, refused.RetryAfter, refused.Outcome));
    }

    [Spec("CP-ROL-023")]
    [Theory(Timeout = 20_000)]
    [InlineData(60_000UL)]
    [InlineData(null)]
    public async Task A_ban_while_away_loses_the_room_and_not_the_receipt_of_what_was_posted(ulong? retryAfter)
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(ComingBack);
        var posting = room.PostAsync("one", Stop);
        await peer.ReceiveAsync<Post>();
        peer.Close();

        var again = await BackAsync(server);
        await again.AnswerAsync<Join>(join => new Error(join.Id, ErrorCode.BannedFromRoom, "you are banned from this room", RetryAfter: retryAfter));
        Assert.Equal(5UL, (await again.AnswerAsync<Post>(p => new Posted(p.Id, 7, 1000))).Room);

        Assert.Equal(7UL, (await posting).Seq);
        Assert.Equal(ErrorCode.BannedFromRoom, (await client.EventsAsync(Stop).OfType<RoomLost>().FirstAsync(Stop)).Error.Code);
        Assert.False(room.Joined);
    }

    [Spec("CP-ROL-022")]
    [Fact(Timeout = 10_000)]
    public async Task An_invitation_tells_the_room_and_what_to_join()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendAsync(new Invited(12, "plans", "bob"));

        var invited = Assert.IsType<InvitedToRoom>(await client.EventsAsync(Stop).FirstAsync(Stop));

        Assert.Equal((12UL, "plans", "bob", "12"), (invited.RoomId, invited.Name, invited.By, invited.Address));
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_invitations_that_nobody_takes_the_last_are_kept()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        await peer.SendAsync(Enumerable.Range(1, 1030).Select(room => new Invited((ulong)room, "plans", "bob")));
        var pinging = client.PingAsync(Stop);
        await peer.AnswerAsync<Ping>(ping => new Pong(ping.Id));
        await pinging;

        var events = await client.EventsAsync(Stop).Take(1025).ToListAsync(Stop);

        Assert.Equal(new EventsMissed(6), events[0]);
        Assert.Equal((7UL, 1030UL), (((InvitedToRoom)events[1]).RoomId, ((InvitedToRoom)events[^1]).RoomId));
    }

    [Fact(Timeout = 10_000)]
    public async Task Pages_have_the_changes_in_their_place_and_only_messages_are_messages()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync(cursor: 3);
        var reading = room.HistoryAsync(3, cancellationToken: Stop);
        var asked = await peer.ReceiveAsync<History>();
        await peer.SendAsync(
            new Page(asked.Id, 5, 77, 3, 3, false), ScriptedPeer.Entry(1),
            new RoomChanged(5, 2, 1000, 9, "bob", "", null, null, null, null, null),
            new RoleChanged(5, 3, 1001, 9, "bob", "has muted eve", 77, "eve", RoomRole.None, RoomRestriction.Muted, 2000));

        var entries = (await reading).Entries;

        Assert.True(Assert.IsType<ChatRoomChange>(entries[1]) is { IsErased: true, IsSaid: true } erased && erased.ToMessage().IsErased);
        var muted = Assert.IsType<ChatRoleChange>(entries[2]);
        Assert.Equal((RoomRestriction.Muted, DateTimeOffset.UnixEpoch.AddSeconds(2), true), (muted.Restriction, muted.Until!.Value, muted.IsSaid));
    }

    private static RoomInfo Told(ulong id, ulong head, ulong cursor) => new(id, 5, RoomKind.Public, "tea", 77, 1, head, cursor, null)
    {
        Title = "Tea",
        Topic = "green",
        Moderated = 1,
        Archived = 1,
        Slow = 5000,
        Role = RoomRole.Member,
        Restriction = RoomRestriction.Muted,
        Until = 9000,
    };

    private static RoomInfo ByInvitation(ulong id, ulong room) => new(id, room, RoomKind.ByInvitation, "plans", 77, 1, 0, 0, null) { Role = RoomRole.Owner };

    private static RoleListItem Role(ulong principal, string name, RoomRole role) => new(principal, name, role, RoomRestriction.None, 0, "", "", 0);

    private static async Task AskAsync(Task<PostReceipt> asking, ScriptedPeer peer, Request expected)
    {
        var asked = await peer.ReceiveAsync() as Request;
        Assert.Equal(expected, asked! with { Id = 0 });
        await peer.SendAsync(new Posted(asked!.Id, 9, 1000));
        Assert.Equal(new PostReceipt { Room = 5, Epoch = 77, Seq = 9, Time = DateTimeOffset.UnixEpoch.AddSeconds(1) }, await asking);
    }

    private static ChatClientOptions ComingBack(ChatClientOptions options) => options with { ReconnectFor = Timeout.InfiniteTimeSpan };

    private static async Task<ScriptedPeer> BackAsync(ScriptedServer server)
    {
        var again = await server.AcceptAsync();
        await again.WelcomeAsync(server.Limits);
        await again.LogInAsync();
        return again;
    }
}
