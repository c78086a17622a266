using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class RequestTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task Lists_that_come_in_parts_are_put_together()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();

        var rooms = client.RoomsAsync(Stop).ToListAsync(Stop).AsTask();
        await peer.AnswerAsync<Rooms>(r => new RoomList(r.Id, [new(3, RoomKind.Public, "a", 0, 0, 0)], true));
        var second = await peer.AnswerAsync<Rooms>(r => new RoomList(r.Id, [new(8, RoomKind.Public, "b", 0, 0, 0)], false));
        Assert.Equal((3UL, "a b"), (second.After, string.Join(' ', (await rooms).Select(r => r.Name))));

        var members = room.MembersAsync(Stop).ToListAsync(Stop).AsTask();
        await peer.AnswerAsync<Members>(m => new MemberList(m.Id, [new(3, "ann", 1)], true));
        await peer.AnswerAsync<Members>(m => new MemberList(m.Id, [], true));
        Assert.Equal("ann", Assert.Single(await members).Name);
    }

    [Spec("CP-HIS-003")]
    [Fact(Timeout = 10_000)]
    public async Task A_page_longer_than_the_server_gives_is_asked_for_as_the_longest_that_it_gives()
    {
        await using var server = new ScriptedServer();
        var (_, peer, room) = await server.WelcomeToRoomAsync();

        var reading = room.HistoryAsync(int.MaxValue, cancellationToken: Stop);

        Assert.Equal(Limits.Default.Page, (await peer.AnswerAsync<History>(h => new Page(h.Id, 5, 77, 0, 0, false))).Count);
        Assert.Empty((await reading).Entries);
    }

    [Fact(Timeout = 10_000)]
    public async Task Blocks_and_bans_ask_for_what_they_say()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var calls = new List<Task> { client.BlockAsync("bob", Stop), client.UnblockAsync("bob", Stop) };
        Assert.Equal("bob", (await peer.AnswerAsync<Block>(b => new Ok(b.Id))).Name);
        Assert.Equal("bob", (await peer.AnswerAsync<Unblock>(b => new Ok(b.Id))).Name);
        var blocked = client.BlocksAsync(Stop).ToListAsync(Stop).AsTask();
        await peer.AnswerAsync<Blocks>(b => new BlockList(b.Id, [new(17, "bob")], true));
        Assert.Equal(17UL, (await peer.AnswerAsync<Blocks>(b => new BlockList(b.Id, [], false))).After);
        Assert.Equal([new ChatUser { Principal = 17, Name = "bob" }], await blocked);

        var ban = new BanListItem(3, 0, "203.0.113.0/24", 9, "spam", "admin", 8);
        var banning = client.Admin.BanAsync(
            BanSubject.Range(AddressRange.Parse("203.0.113.9/24")!.Value), TimeSpan.FromSeconds(1), "spam", dryRun: true, force: true, cancellationToken: Stop);
        Assert.Equal(("203.0.113.0/24", 1000UL, "spam", true, true),
            await peer.AnswerAsync<Ban>(b => new BanList(b.Id, [ban], false, 2)) is var asked ? (asked.Address, asked.For!.Value, asked.Reason, asked.DryRun, asked.Force) : default);
        Assert.Equal(
            new BanResult(new ChatBan { Id = 3, Subject = "203.0.113.0/24", Until = At(9), Reason = "spam", By = "admin", Made = At(8) }, 2),
            await banning);
        calls.AddRange([client.Admin.UnbanAsync(3, Stop), client.Admin.UnbanUserAsync("bob", Stop), client.Admin.UnbanAddressAsync(AddressRange.Parse("203.0.113.7")!.Value, Stop)]);
        foreach (var expected in new (ulong?, string?, string?)[] { (3, null, null), (null, "bob", null), (null, null, "203.0.113.7") })
            Assert.Equal(expected, await peer.AnswerAsync<Unban>(u => new Ok(u.Id)) is var unban ? (unban.Number, unban.Name, unban.Address) : default);
        calls.Add(client.Admin.RemoveRoomAsync(5, Stop));
        await peer.AnswerAsync<RemoveRoom>(r => new Ok(r.Id));
        await Task.WhenAll(calls);

        await Assert.ThrowsAsync<ArgumentException>(() => client.Admin.BanAsync(BanSubject.User("bob"), reason: new string('x', 513), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => client.Admin.BanAsync(BanSubject.User("bob"), TimeSpan.Zero, cancellationToken: Stop));
        Assert.Equal(ErrorCode.BadName, Assert.Throws<ChatException>(() => BanSubject.User("a b")).Code);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_new_name_is_the_one_the_server_shows()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var naming = client.NickAsync("bea", Stop);
        await peer.AnswerAsync<Nick>(n => new LoggedIn(n.Id, 12, 34, "Bea"));

        Assert.Equal("Bea", await naming);
        Assert.Equal("Bea", client.Name);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("a b")]
    [InlineData("##a")]
    [InlineData("@")]
    [InlineData("")]
    public async Task A_name_that_cannot_be_one_is_refused_without_asking(string name)
    {
        await using var server = new ScriptedServer();
        var (client, _) = await server.WelcomeAsync();

        var e = await Assert.ThrowsAsync<ChatException>(() => client.JoinAsync(name, cancellationToken: Stop));

        Assert.Equal((ChatFailure.Refused, ErrorCode.BadName), (e.Failure, e.Code));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_joined_room_that_is_opened_is_the_same_and_another_one_is_not_joined()
    {
        await using var server = new ScriptedServer();
        var (client, peer, room) = await server.WelcomeToRoomAsync();
        var same = client.OpenAsync("tea", cancellationToken: Stop);
        await peer.AnswerAsync<Open>(o => new RoomInfo(o.Id, 5, RoomKind.Public, "tea", 77, 1, 9, 9, null));
        var other = client.OpenAsync("@bob", cancellationToken: Stop);
        await peer.AnswerAsync<Open>(o => new RoomInfo(o.Id, 6, RoomKind.Private, "bob", 78, 1, 0, 0, 9));

        Assert.Same(room, await same);
        Assert.Equal(9UL, room.Head);
        Assert.Equal((false, RoomKind.Private, 9UL), ((await other).Joined, (await other).Kind, (await other).Peer!.Value));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_admins_requests_say_what_was_asked()
    {
        await using var server = new ScriptedServer();
        var (client, peer) = await server.WelcomeAsync();
        var admin = client.Admin;

        var sessions = admin.SessionsAsync(Stop).ToListAsync(Stop).AsTask();
        await peer.AnswerAsync<Sessions>(s => new SessionList(s.Id, [new(1, "ann", "::1", "tcp", 1, 2, 3, 4)], false));
        Assert.Equal("ann", Assert.Single(await sessions).Name);

        var kicking = admin.KickAsync(7, "bye", Stop);
        var kick = await peer.AnswerAsync<Kick>(k => new Ok(k.Id));
        await kicking;
        Assert.Equal((7UL, null, "bye"), (kick.Session!.Value, kick.Name, kick.Reason));

        var kickingAll = admin.KickUserAsync("bob", cancellationToken: Stop);
        kick = await peer.AnswerAsync<Kick>(k => new Error(k.Id, ErrorCode.NoSuchUser, "nobody"));
        Assert.Equal((null, "bob"), (kick.Session, kick.Name));
        Assert.Equal(ErrorCode.NoSuchUser, (await Assert.ThrowsAsync<ChatException>(() => kickingAll)).Code);

        var telling = admin.TellAsync("bob", "psst", Stop);
        var tell = await peer.AnswerAsync<Tell>(t => new Posted(t.Id, 3, 4));
        Assert.Equal(("bob", "psst", 3UL), (tell.Name, tell.Text.ToString(), (await telling).Seq!.Value));

        var broadcasting = admin.BroadcastAsync("all!", Stop);
        await peer.AnswerAsync<Broadcast>(b => new Posted(b.Id, 5, 6));
        Assert.Equal(At(6), (await broadcasting).Time);

        var asking = admin.StatusAsync(Stop);
        await peer.AnswerAsync<Status>(s => new StatusReport(s.Id, "chatd/1", 1, 2, 3, 4, 5));
        Assert.Equal("chatd/1", (await asking).Agent);

        var ending = admin.ShutdownAsync(TimeSpan.FromSeconds(5), "update", TimeSpan.FromSeconds(9), Stop);
        var shutdown = await peer.AnswerAsync<Shutdown>(s => new Ok(s.Id));
        await ending;
        Assert.Equal((5000UL, "update", 9000UL), (shutdown.Grace, shutdown.Reason, shutdown.Back!.Value));
    }

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
