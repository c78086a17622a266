using System.Globalization;
using System.Text.RegularExpressions;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Testing;

/// <summary>
/// The log in memory is another implementation of the log: what a client sees of it is held to what it sees of the database, by the same
/// scenario against both. What a server draws at random, and the time, is left out.
/// </summary>
[OneTry]
public sealed partial class SameAsRealServerTests : IAsyncDisposable
{
    private readonly List<string> _seen = [];
    private readonly List<ChatClient> _clients = [];
    private ITestedServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Scenarios => [.. Table.Keys];

    private static Dictionary<string, Func<SameAsRealServerTests, Task>> Table { get; } = new()
    {
        ["posts, history and joining from a cursor"] = tests => tests.PostsAsync(),
        ["search"] = tests => tests.SearchAsync(),
        ["presence"] = tests => tests.PresenceAsync(),
        ["rooms by invitation, roles and settings"] = tests => tests.RolesAsync(),
        ["private rooms and blocks"] = tests => tests.PrivateRoomsAsync(),
        ["erasure, purge, reports and removal"] = tests => tests.ModerationAsync(),
        ["kicks and bans"] = tests => tests.KicksAsync(),
        ["accounts, tokens and invitations"] = tests => tests.AccountsAsync(),
        ["retention and verification"] = tests => tests.RetentionAsync(),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Scenarios))]
    public async Task A_client_sees_the_same_of_the_log_in_memory_and_of_the_database(string scenario)
    {
        _server = await TestedOnDisk.StartAsync();
        await Table[scenario](this);
        List<string> onDisk = [.. _seen];
        await DisposeAsync();
        _seen.Clear();
        _clients.Clear();
        _server = new TestedInMemory();
        await Table[scenario](this);

        Assert.NotEmpty(onDisk);
        Assert.Equal(onDisk, _seen);
    }

    private async Task PostsAsync()
    {
        var (alice, bob) = (await ConnectAsync("alice"), await ConnectAsync("bob"));
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        for (var i = 1; i <= 12; i++)
            See("posted", (await room.PostAsync($"message {i}", Stop)).Seq);
        await bob.JoinAsync("tea", new JoinOptions { From = ChatCursor.At(4) }, Stop);
        See("from 4", await bob.TakeAsync(8));
        await SeePagesAsync(room);
        await SeeRoomsAsync(bob);
        await RestartAsync();
        See("posted", (await room.PostAsync("behind the restart", Stop)).Seq);
        See("live", await bob.TakeAsync(1));
        await SeePagesAsync(room);
        await SeeRoomsAsync(await ConnectAsync("carol"));
        var ahead = await Assert.ThrowsAsync<ChatException>(async () => await (await ConnectAsync("dave")).JoinAsync("tea", new JoinOptions { From = ChatCursor.At(99) }, Stop));
        See("ahead", ahead);
    }

    private async Task SearchAsync()
    {
        var (alice, bob, carol) = (await ConnectAsync("alice"), await ConnectAsync("bob"), await ConnectAsync("carol"));
        var tea = await alice.JoinAsync("tea", cancellationToken: Stop);
        for (var i = 1; i <= 120; i++)
            await tea.PostAsync(i % 2 == 0 ? $"我家在上海东边 {i}" : $"A Café, number {i}", Stop);
        await (await alice.OpenAsync("@bob", cancellationToken: Stop)).PostAsync("a secret café 👋", Stop);
        await tea.SetTopicAsync("the café", Stop);
        See("all", await bob.SearchAsync("cafe", cancellationToken: Stop).Select(Describe).ToListAsync(Stop));
        See("of carol", await carol.SearchAsync("secret", cancellationToken: Stop).Select(Describe).ToListAsync(Stop));
        See("han", await carol.SearchAsync("上海 1", new SearchOptions { Author = "Alice" }, Stop).Select(Describe).ToListAsync(Stop));
        See("messages", await tea.SearchAsync("\"the café\"", new SearchOptions { MessagesOnly = true }, Stop).Select(Describe).ToListAsync(Stop));
        See("of a time", await tea.SearchAsync("number", new SearchOptions { Until = DateTimeOffset.UnixEpoch }, Stop).Select(Describe).ToListAsync(Stop));
        await RestartAsync();
        See("behind the restart", await tea.SearchAsync("\"number 7\"", cancellationToken: Stop).Select(Describe).ToListAsync(Stop));
        See("nothing", await RefusedAsync(async () => await bob.SearchAsync("++", cancellationToken: Stop).ToListAsync(Stop)));
    }

    private static string Describe(SearchHit hit) =>
        $"{Describe(hit.Entry)} {string.Join(',', hit.Marks.Select(mark => hit.Text.Substring(mark.Start, mark.Length)))}";

    private async Task PresenceAsync()
    {
        var alice = await ConnectAsync("alice");
        var room = await alice.JoinAsync("tea", new JoinOptions { Presence = PresenceMode.Full }, Stop);
        var bob = await ConnectAsync("bob");
        var tea = await bob.JoinAsync("tea", cancellationToken: Stop);
        See("came", await NextAsync<PresenceChanged>(alice, change => change.Arrived.Any(user => user.Name == "bob")));
        See("members", await room.MembersAsync(Stop).Select(member => $"{member.Principal} {member.Name}").ToListAsync(Stop));
        See("renamed", await bob.NickAsync("robert", Stop));
        See("as", await NextAsync<PresenceChanged>(alice, change => change.Arrived.Any(user => user.Name == "robert")));
        await tea.LeaveAsync(Stop);
        See("left", await NextAsync<PresenceChanged>(alice, change => change.Left.Count > 0));
        await RestartAsync();
        See("name", await RefusedAsync(async () => await ConnectAsync("robert")));
        See("name", (await ConnectAsync("bob")).Principal == bob.Principal);
    }

    private async Task RolesAsync()
    {
        var (alice, bob, carol) = (await ConnectAsync("alice"), await ConnectAsync("bob"), await ConnectAsync("carol"));
        var plans = await alice.CreateRoomAsync("plans", topic: "autumn", cancellationToken: Stop);
        See("hidden", await RefusedAsync(() => carol.JoinAsync(plans.Address, cancellationToken: Stop)));
        await plans.InviteAsync("bob", Stop);
        See("invited", (await NextAsync<InvitedToRoom>(bob)).Name);
        var his = await bob.JoinAsync(plans.Address, new JoinOptions { From = ChatCursor.At(0) }, Stop);
        await his.PostAsync("thanks", Stop);
        await plans.SetRoleAsync("carol", RoomRole.Moderator, "helps", Stop);
        await (await carol.JoinAsync(plans.Address, cancellationToken: Stop)).MuteAsync("bob", reason: "too loud", cancellationToken: Stop);
        See("muted", await RefusedAsync(() => his.PostAsync("why", Stop)));
        await plans.ChangeAsync(new RoomChange { Topic = "winter", IsModerated = true }, Stop);
        await RestartAsync();
        See("muted", await RefusedAsync(() => his.PostAsync("why", Stop)));
        await SeePagesAsync(plans);
        var again = await carol.OpenAsync(plans.Address, cancellationToken: Stop);
        See("settings", $"{again.Topic} {again.IsModerated} {again.Role} {again.Head}");
        See("roles", await plans.RolesAsync(Stop).Select(role => $"{role.Principal} {role.Name} {role.Role} {role.Restriction} {role.Reason} {role.By}").ToListAsync(Stop));
        await SeeRoomsAsync(carol);
        await SeeRoomsAsync(await ConnectAsync("dave"));
    }

    private async Task PrivateRoomsAsync()
    {
        var bob = await ChatClient.ConnectAsync(_server.OptionsFor("bob") with { Inbox = true }, Stop);
        _clients.Add(bob);
        var alice = await ConnectAsync("alice");
        var room = await alice.JoinAsync("@bob", cancellationToken: Stop);
        await room.PostAsync("psst", Stop);
        See("opened", (await NextAsync<PrivateRoomOpened>(bob)).Room.Name);
        See("got", await bob.TakeAsync(1));
        await bob.BlockAsync("alice", Stop);
        See("blocked", await RefusedAsync(() => room.PostAsync("hello?", Stop)));
        await RestartAsync();
        See("blocks", await bob.BlocksAsync(Stop).Select(user => $"{user.Principal} {user.Name}").ToListAsync(Stop));
        See("blocked", await RefusedAsync(() => room.PostAsync("hello?", Stop)));
        await bob.UnblockAsync("alice", Stop);
        room = await alice.JoinAsync("@bob", cancellationToken: Stop);
        See("again", (await room.PostAsync("hello", Stop)).Seq);
        await SeePagesAsync(room);
        await SeeRoomsAsync(bob);
        await SeeRoomsAsync(await ConnectAsync("carol"));
    }

    private async Task ModerationAsync()
    {
        var (alice, mallory, admin) = (await ConnectAsync("alice"), await ConnectAsync("mallory"), await AdminAsync());
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        var hers = await mallory.OpenAsync("tea", cancellationToken: Stop);
        for (var i = 0; i < 6; i++)
            await (i % 2 == 0 ? room : hers).PostAsync($"word {i}", Stop);
        await admin.Admin.EraseAsync(room.Id, 3, Stop);
        See("erased", (await NextAsync<MessageErased>(alice)).Seq);
        See("no entry", await RefusedAsync(() => admin.Admin.EraseAsync(room.Id, 77, Stop)));
        await room.ReportAsync(2, "spam", Stop);
        var purged = await admin.Admin.PurgeAsync("mallory", TimeSpan.FromHours(1), room.Id, cancellationToken: Stop);
        See("purged", $"{purged.Messages} in {purged.Rooms}");
        await (await alice.OpenAsync("gone", create: true, Stop)).PostAsync("soon", Stop);
        await admin.Admin.RemoveRoomAsync((await alice.OpenAsync("gone", cancellationToken: Stop)).Id, Stop);
        await RestartAsync();
        await SeePagesAsync(room);
        See("removed", await RefusedAsync(() => alice.OpenAsync("gone", cancellationToken: Stop)));
        await SeeRoomsAsync(admin);
        var moderators = await admin.RoomsAsync(Stop).FirstAsync(one => one.Name == "moderators", Stop);
        await SeePagesAsync(await admin.OpenAsync(moderators.Address, cancellationToken: Stop));
        await SeeAuditAsync(admin);
    }

    private async Task KicksAsync()
    {
        var (alice, mallory, admin) = (await ConnectAsync("alice"), await ConnectAsync("mallory"), await AdminAsync());
        await admin.Admin.KickUserAsync("alice", "too loud", Stop);
        See("kicked", (await NextAsync<SessionEnded>(alice)).Bye);
        await admin.Admin.BanAsync(BanSubject.User("mallory"), TimeSpan.FromDays(1), "spam", cancellationToken: Stop);
        await admin.Admin.BanAsync(BanSubject.Range(AddressRange.Parse("203.0.113.0/24")!.Value), reason: "scan", cancellationToken: Stop);
        await NextAsync<SessionEnded>(mallory);
        await RestartAsync();
        See("banned", await RefusedAsync(() => ConnectAsync("mallory")));
        See("bans", await admin.Admin.BansAsync(Stop).Select(ban => $"{ban.Subject} {ban.Principal} {ban.Reason} by {ban.By}").ToListAsync(Stop));
        await admin.Admin.UnbanUserAsync("mallory", Stop);
        See("unbanned", (await ConnectAsync("mallory")).Principal == mallory.Principal);
        See("none", await RefusedAsync(() => admin.Admin.UnbanUserAsync("mallory", Stop)));
        await SeeAuditAsync(admin);
    }

    private async Task AccountsAsync()
    {
        var admin = await AdminAsync();
        await admin.Admin.Accounts.CreateAsync("olga", AccountRole.Owner, "olgas password", Stop);
        await admin.Admin.Accounts.CreateAsync("bob", AccountRole.Member, "bobs password", Stop);
        See("taken", await RefusedAsync(() => admin.Admin.Accounts.CreateAsync("Bob", AccountRole.Member, "bobs password", Stop)));
        See("wrong", await RefusedAsync(() => ChatClient.ConnectAsync(_server.OptionsForAccount("bob", "not his password"), Stop)));
        var bob = await AccountAsync("bob");
        var token = await bob.Account.CreateTokenAsync("bot", TokenScopes.Read, lifetime: TimeSpan.FromDays(3), cancellationToken: Stop);
        var revoked = await bob.Account.CreateTokenAsync("old", TokenScopes.Read | TokenScopes.Post, lifetime: TimeSpan.FromDays(3), cancellationToken: Stop);
        await bob.Account.RevokeTokenAsync(revoked.Number, Stop);
        var invitation = await (await AccountAsync("olga")).Account.InviteAsync(cancellationToken: Stop);
        await ChatClient.RegisterAsync(_server.OptionsForAccount("guest", "guests password"), invitation.Code, Stop);
        await bob.Account.ChangePasswordAsync("bobs password", "bobs new password", Stop);
        await admin.Admin.Accounts.ChangeAsync("guest", disabled: true, cancellationToken: Stop);
        await RestartAsync();
        See("accounts", await admin.Admin.Accounts.ListAsync(Stop).Select(one => $"{one.Principal} {one.Name} {one.Role} {one.IsDisabled}").ToListAsync(Stop));
        See("tokens", await admin.Admin.Accounts.TokensAsync("bob", Stop).Select(one => $"{one.Number} {one.Label} {one.Scopes}").ToListAsync(Stop));
        See("old password", await RefusedAsync(() => ChatClient.ConnectAsync(_server.OptionsForAccount("bob", "bobs password"), Stop)));
        See("disabled", await RefusedAsync(() => ChatClient.ConnectAsync(_server.OptionsForAccount("guest", "guests password"), Stop)));
        See("revoked", await RefusedAsync(() => ChatClient.ConnectAsync(_server.OptionsForToken(revoked.Secret), Stop)));
        See("used", await RefusedAsync(() => ChatClient.RegisterAsync(_server.OptionsForAccount("other", "others password"), invitation.Code, Stop)));
        var bot = await ChatClient.ConnectAsync(_server.OptionsForToken(token.Secret), Stop);
        _clients.Add(bot);
        See("scope", await RefusedAsync(async () => await (await bot.OpenAsync("lobby", cancellationToken: Stop)).PostAsync("hi", Stop)));
        await admin.Admin.Accounts.DeleteAsync("bob", Stop);
        See("deleted", await RefusedAsync(() => ChatClient.ConnectAsync(_server.OptionsForToken(token.Secret), Stop)));
        await SeeAuditAsync(admin);
    }

    private async Task RetentionAsync()
    {
        var (alice, admin) = (await ConnectAsync("alice"), await AdminAsync());
        var room = await alice.JoinAsync("tea", cancellationToken: Stop);
        for (var i = 1; i <= 20; i++)
            await room.PostAsync($"message {i}", Stop);
        See("would expire", (await admin.Admin.CountExpiredAsync(room.Id, null, 5, null, Stop)).Expiring);
        await admin.Admin.RetainAsync(room.Id, null, 5, null, Stop);
        await RestartAsync();
        var kept = await admin.Admin.RetentionAsync(room.Id, Stop);
        See("kept", $"{kept.Age} {kept.Count} {kept.Bytes}");
        var verified = await admin.Admin.VerifyAsync(Stop);
        See("verified", $"{verified.Segments} segments, {verified.Entries} entries, {verified.Damaged} damaged, audit {verified.AuditFault}");
        await SeeAuditAsync(admin);
    }

    private Task<ChatClient> ConnectAsync(string name) => AddAsync(_server.OptionsFor(name));

    private Task<ChatClient> AccountAsync(string name) => AddAsync(_server.OptionsForAccount(name, $"{name}s password"));

    private Task<ChatClient> AdminAsync() => AddAsync(_server.OptionsForAdmin());

    private async Task<ChatClient> AddAsync(ChatClientOptions options)
    {
        var client = await ChatClient.ConnectAsync(options, Stop);
        _clients.Add(client);
        return client;
    }

    /// <summary>Restarts, and waits until everybody is back.</summary>
    private async Task RestartAsync()
    {
        await _server.RestartAsync();
        foreach (var client in _clients)
            await _server.UntilAsync(WhenBackAsync(client));
    }

    private static async Task WhenBackAsync(ChatClient client)
    {
        await foreach (var happened in client.EventsAsync(Stop))
            if (happened is ConnectionRestored or SessionEnded)
                return;
    }

    private async Task<T> NextAsync<T>(ChatClient client, Func<T, bool>? which = null)
        where T : ChatEvent
    {
        var comes = client.NextAsync(which);
        await _server.UntilAsync(comes);
        return await comes;
    }

    private static async Task<string> RefusedAsync(Func<Task> call)
    {
        var refused = await Record.ExceptionAsync(call);
        return refused is ChatException failure ? $"{failure.Failure} {failure.Code} {failure.Field} {failure.Value}: {failure.Message}" : $"not refused, but {refused}";
    }

    private async Task SeePagesAsync(ChatRoom room)
    {
        See("whole", Describe(await room.HistoryAsync(100, cancellationToken: Stop)));
        See("before 5", Describe(await room.HistoryAsync(3, before: 5, cancellationToken: Stop)));
        See("after 2", Describe(await room.HistoryAsync(3, after: 2, cancellationToken: Stop)));
    }

    private async Task SeeRoomsAsync(ChatClient client) => See(
        "rooms", await client.RoomsAsync(Stop).Select(room => $"{room.Id} {room.Kind} {room.Name} {room.Head} {room.Members}").ToListAsync(Stop));

    private async Task SeeAuditAsync(ChatClient admin)
    {
        // A record of what has changed nothing is stored behind the answer, and with this at the latest.
        await (await admin.OpenAsync("lobby", cancellationToken: Stop)).PostAsync("that was all", Stop);
        See("audit", await admin.Admin.AuditAsync(cancellationToken: Stop)
            .Select(record => $"{record.Number} {record.Name} {record.Credential} {record.Verb} {record.Target} {record.Whom} {record.Room} {record.Reason} {WithoutTimes(record.Was)} {WithoutTimes(record.Is)} {record.Refusal}")
            .ToListAsync(Stop));
    }

    private static string WithoutTimes(string words) => Milliseconds.Replace(words, "TIME");

    [GeneratedRegex("[0-9]{13}")]
    private static partial Regex Milliseconds { get; }

    private static string Describe(HistoryPage page) =>
        $"{page.Head} {page.More}\n{string.Join('\n', page.InOrder().Select(part => part is ChatEntry entry ? Describe(entry) : part.ToString()))}";

    private static string Describe(ChatEntry entry) =>
        $"  {entry.GetType().Name} {entry.RoomId} {entry.Seq} {entry.From} {entry.Name}: {entry.ToMessage()?.Text}";

    private void See(string what, object? value) => _seen.Add($"{what}: {value switch
    {
        IEnumerable<ChatMessage> messages => string.Join('\n', messages.Select(Describe)),
        IEnumerable<string> lines => string.Join('\n', lines),
        string text => text,
        PresenceChanged change => $"{change.Count} +{string.Join(',', change.Arrived)} -{string.Join(',', change.Left)}",
        ChatException refused => $"{refused.Code} {refused.Value}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    }}");
}
