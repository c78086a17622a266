using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>Rooms with their roles against a server that runs: what one client does the others are told.</summary>
public sealed class RoomModerationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-ROL-001", "CP-ROL-002", "CP-ROL-013", "CP-ROL-021", "CP-ROL-022")]
    [Fact(Timeout = 60_000)]
    public async Task A_room_by_invitation_is_for_those_who_are_invited_until_they_are_removed()
    {
        await using var server = await TestServer.StartAsync();
        await using var ann = await ConnectAsync(server, "ann");
        await using var bob = await ConnectAsync(server, "bob");
        await using var told = bob.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        var room = await ann.CreateRoomAsync("plans", topic: "autumn", cancellationToken: Stop);
        Assert.Equal((RoomKind.ByInvitation, "plans", "autumn", RoomRole.Owner), (room.Kind, room.Name, room.Topic, room.Role));
        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => bob.JoinAsync(room.Address, cancellationToken: Stop))).Code);

        await room.InviteAsync("bob", Stop);
        var invited = await NextAsync<InvitedToRoom>(told);
        Assert.Equal((room.Id, "plans", "ann"), (invited.RoomId, invited.Name, invited.By));
        var joined = await bob.JoinAsync(invited.Address, cancellationToken: Stop);
        Assert.Equal(("autumn", RoomRole.Member), (joined.Topic, joined.Role));
        Assert.Equal([(ann.Principal, RoomRole.Owner), (bob.Principal, RoomRole.Member)], (await room.RolesAsync(Stop).ToListAsync(Stop)).Select(one => (one.Principal, one.Role)));
        Assert.Contains(await bob.RoomsAsync(Stop).ToListAsync(Stop), one => one is { Kind: RoomKind.ByInvitation, Name: "plans" } && one.Address == room.Address);
        Assert.Null((await room.InviteAsync("bob", Stop)).Seq);

        await room.SetRoleAsync("bob", RoomRole.None, "moved on", Stop);
        Assert.Same(joined, (await NextAsync<ExpelledFromRoom>(told)).Room);
        Assert.Equal(ErrorCode.NoSuchRoom, (await Assert.ThrowsAsync<ChatException>(() => joined.PostAsync("but", Stop))).Code);
    }

    [Spec("CP-ROL-010", "CP-ROL-012", "CP-ROL-020", "CP-ROL-030", "CP-ROL-031")]
    [Fact(Timeout = 60_000)]
    public async Task What_a_room_forbids_is_refused_with_the_reason_and_ends_when_it_is_lifted()
    {
        await using var server = await TestServer.StartAsync();
        await using var ann = await ConnectAsync(server, "ann");
        await using var bob = await ConnectAsync(server, "bob");
        var owned = await ann.JoinAsync("tea", cancellationToken: Stop);
        var room = await bob.JoinAsync("tea", cancellationToken: Stop);
        await using var told = bob.EventsAsync(Stop).GetAsyncEnumerator(Stop);
        Assert.Equal((RoomRole.Owner, RoomRole.None), (owned.Role, room.Role));

        await owned.SetTopicAsync("green", Stop);
        Assert.Equal("ann has set the topic: green", (await NextAsync<RoomChangeReceived>(told)).Change.ToMessage().Text.ToString());
        Assert.Equal("green", room.Topic);

        await owned.MuteAsync("bob", TimeSpan.FromHours(1), "too loud", Stop);
        var muted = await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("but", Stop));
        Assert.Equal((ErrorCode.Muted, Outcome.Refused), (muted.Code, muted.Outcome));
        Assert.InRange(muted.RetryAfter!.Value, TimeSpan.FromMinutes(55), TimeSpan.FromHours(1));
        Assert.Contains("too loud", muted.Message, StringComparison.Ordinal);
        Assert.Equal((bob.Principal, RoomRestriction.Muted), (await NextAsync<RoleChangeReceived>(told)).Change is var change ? (change.Principal, change.Restriction) : default);
        Assert.Equal(RoomRestriction.Muted, room.Restriction);
        await owned.UnmuteAsync("bob", Stop);
        await room.PostAsync("again", Stop);

        await owned.ChangeAsync(new RoomChange { IsModerated = true }, Stop);
        Assert.Equal(ErrorCode.Muted, (await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("but", Stop))).Code);
        await owned.InviteAsync("bob", Stop);
        await room.PostAsync("as a member", Stop);
        await owned.ChangeAsync(new RoomChange { IsArchived = true }, Stop);
        Assert.Equal(ErrorCode.RoomArchived, (await Assert.ThrowsAsync<ChatException>(() => room.PostAsync("but", Stop))).Code);
        Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<ChatException>(() => room.SetTopicAsync("mine", Stop))).Code);

        await owned.BanAsync("bob", reason: "enough", cancellationToken: Stop);
        Assert.Equal((room, "enough"), await NextAsync<ExpelledFromRoom>(told) is var expelled ? (expelled.Room, expelled.Reason) : default);
        Assert.Equal(ErrorCode.BannedFromRoom, (await Assert.ThrowsAsync<ChatException>(() => bob.JoinAsync("tea", cancellationToken: Stop))).Code);
        Assert.Equal([(bob.Principal, RoomRestriction.Banned, "enough", "ann")],
            (await owned.RolesAsync(Stop).Where(one => one.Restriction != RoomRestriction.None).ToListAsync(Stop)).Select(one => (one.Principal, one.Restriction, one.Reason, one.By)));
        await owned.UnbanAsync("bob", Stop);
        Assert.Equal(RoomRestriction.None, (await bob.JoinAsync("tea", cancellationToken: Stop)).Restriction);
    }

    private static Task<ChatClient> ConnectAsync(TestServer server, string name) => ChatClient.ConnectAsync(new ChatClientOptions
    {
        Address = ChatAddress.Parse($"chat://{server.Tcp}"),
        Name = name,
        Secret = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)),
    }, Stop);

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<ChatEvent> events)
        where T : ChatEvent
    {
        do
            Assert.True(await events.MoveNextAsync());
        while (events.Current is not T);
        return (T)events.Current;
    }
}
