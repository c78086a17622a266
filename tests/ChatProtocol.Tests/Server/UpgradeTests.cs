using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// Databases that chatds of earlier commits have made and were killed over (<c>tests/upgrades/make.py</c>): everything in
/// them is found again, and what was under way is finished, each post once.
/// </summary>
[OneTry]
public sealed class UpgradeTests
{
    public static TheoryData<string> Databases => [.. Directory.GetFiles(Repository.PathOf("tests", "upgrades"), "*.zip").Select(file => Path.GetFileName(file)!)];

    /// <summary>Those of commits that had accounts.</summary>
    public static TheoryData<string> DatabasesWithAccounts => ["099d2cb.zip", "997ad21.zip", "84213af.zip"];

    /// <summary>Those of commits whose rooms had roles and settings, and that had an audit log.</summary>
    public static TheoryData<string> DatabasesWithRoles => ["997ad21.zip", "84213af.zip"];

    /// <summary>Those of commits that had posts with keys.</summary>
    public static TheoryData<string> DatabasesWithKeys => ["84213af.zip"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Databases))]
    public async Task Every_entry_of_every_room_is_there_from_the_first_that_is_kept(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);
        await using var ann = await LogInAsync(server, before.Guests["ann"], "ann");

        foreach (var room in before.Rooms)
        {
            var info = await ann.AskAsync<RoomInfo>(new Join(ann.NextId(), room.Name, PresenceMode.None, 0, room.Epoch));

            Assert.Equal((room.Id, room.Epoch, room.First, room.Head, room.Oldest), (info.Room, info.Epoch, info.First, info.Head, info.Oldest));
            Assert.Equal(room.Oldest - 1, info.Cursor);
            Assert.Equal(room.Entries, (await ann.ReceiveAsync<Message>(room.Entries.Count)).Select(Entry.Of));
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Databases))]
    public async Task Every_guest_is_who_he_was_by_his_key_and_nobody_else_is(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);

        foreach (var (name, guest) in before.Guests)
        {
            await using var client = await LogInAsync(server, guest, name);
            Assert.Equal((guest.Principal, name), (client.Self!.Principal, client.Self.Name));
            var thief = await server.ConnectAsync();
            await thief.SendAsync(thief.Hello(), new Login(2, name, CredentialKind.GuestKey, new byte[32], null, Inbox: false));
            await thief.ReceiveAsync<Welcome>();
            // A name from before the rules of today cannot be taken by anybody new.
            Assert.Contains((await thief.ReceiveAsync<Error>()).Reason, (ErrorCode[])[ErrorCode.NameTaken, ErrorCode.BadName]);
        }
    }

    [Spec("CP-DEL-006")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Databases))]
    public async Task Posts_that_were_under_way_are_stored_once_in_their_order_and_those_answered_get_the_same_answer(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);

        foreach (var posts in before.Posts.GroupBy(post => (post.Guest, post.Publisher)))
        {
            await using var client = await LogInAsync(server, before.Guests[posts.Key.Guest], posts.Key.Guest, Convert.FromHexString(posts.Key.Publisher));
            await client.SendAsync(posts.Select(post => client.PostOf(post.Room, post.Text, post.Counter)));
            foreach (var (post, answer) in posts.Zip(await client.ReceiveAsync<Posted>(posts.Count())))
                Assert.Equal(post.Seq ?? answer.Seq, answer.Seq);
        }

        var reader = await server.LogInAsync("reader");
        foreach (var room in before.Posts.Select(post => post.Room).Distinct())
        {
            var past = before.Rooms.Single(told => told.Id == room);
            var info = await reader.JoinAsync(past.Name, after: 0);
            var texts = (await reader.ReceiveAsync<Message>((int)info.Head)).Select(message => message.Text.ToString()).ToList();
            Assert.Equal(past.Entries.Select(entry => entry.Text), texts[..past.Entries.Count]);
            foreach (var posts in before.Posts.Where(post => post.Room == room).GroupBy(post => post.Publisher))
            {
                var said = posts.Select(post => post.Text).ToHashSet();
                Assert.Equal(posts.Select(post => post.Text), texts.Where(said.Contains));
            }
        }
    }

    [Spec("CP-ACC-003", "CP-ACC-004", "CP-ACC-007", "CP-ACC-024")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(DatabasesWithAccounts))]
    public async Task Every_account_is_there_by_its_password_and_by_its_tokens_with_its_role(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);

        foreach (var account in before.Accounts)
        {
            var client = await server.ConnectAsync();
            await client.SendAsync(client.Hello(), new Login(2, account.Name, CredentialKind.Password, Encoding.UTF8.GetBytes($"the password of {account.Name}"), null, Inbox: false));
            await client.ReceiveAsync<Welcome>();
            if (account.IsDisabled)
            {
                Assert.Equal(ErrorCode.AccountDisabled, (await client.ReceiveAsync<Error>()).Reason);
                continue;
            }
            Assert.Equal(account.Principal, (await client.ReceiveAsync<LoggedIn>()).Principal);
            Assert.Equal(account.Role, (await client.AskAsync<AccountInfo>(new Account(3, null))).Role);
        }
        foreach (var token in before.Tokens)
        {
            var client = await server.ConnectAsync();
            await client.SendAsync(client.Hello(), new Login(2, "", CredentialKind.Token, Encoding.ASCII.GetBytes(token.Secret), null, Inbox: false));
            await client.ReceiveAsync<Welcome>();
            if (token.IsRevoked)
                Assert.Contains((await client.ReceiveAsync<Error>()).Reason, (ErrorCode[])[ErrorCode.LoginFailed, ErrorCode.AccountDisabled]);
            else
                Assert.Equal(before.Accounts.Single(account => account.Name == token.Account).Principal, (await client.ReceiveAsync<LoggedIn>()).Principal);
        }
    }

    [Spec("CP-ROL-001", "CP-AUD-001")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(DatabasesWithRoles))]
    public async Task Every_room_has_its_settings_its_roles_and_its_restrictions_and_the_audit_log_its_records(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);
        await using var ann = await LogInAsync(server, before.Guests["ann"], "ann");

        Assert.NotEmpty(before.Governed);
        foreach (var room in before.Governed)
        {
            var info = await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), room.Id.ToString(CultureInfo.InvariantCulture), false));
            Assert.Equal(
                (room.Kind, room.Name, room.Title, room.Topic, room.Moderated, room.Archived, room.Slow, room.Role),
                ((int)info.Kind, info.Name, info.Title, info.Topic, info.Moderated, info.Archived, info.Slow, (int)info.Role));
            var roles = await ann.AskAsync<RoleList>(new RoomRoles(ann.NextId(), room.Id, 0));
            Assert.Equal(room.Roles, roles.Items.Select(item => new PastRole(item.Principal, item.Name, (int)item.Role, (int)item.Restriction, item.Reason)));
        }
        await using var admin = await ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(ChatAddress.Parse($"unix:{server.AdminSocket}")), TestContext.Current.CancellationToken);
        var records = await admin.Admin.AuditAsync(cancellationToken: TestContext.Current.CancellationToken).Select(record => (record.Number, record.Verb)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before.Audit, records[^before.Audit.Count..]);
    }

    [Spec("CP-KEY-003", "CP-KEY-004", "CP-KEY-005")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(DatabasesWithKeys))]
    public async Task A_post_with_a_key_is_known_by_it(string database)
    {
        using var folder = new TemporaryFolder();
        var before = Unpack(database, folder);
        await using var server = await StartAsync(folder, before);
        await using var ann = await LogInAsync(server, before.Guests["ann"], "ann");

        Assert.NotEmpty(before.Keyed);
        foreach (var post in before.Keyed)
        {
            var again = new Post(ann.NextId(), post.Room, post.Text, null, Convert.FromHexString(post.Key));
            Assert.Equal(post.Seq, (await ann.AskAsync<Posted>(again)).Seq);
            Assert.Equal(ErrorCode.KeyConflict, (await ann.AskAsync<Error>(again with { Id = ann.NextId(), Text = "something else" })).Reason);
        }
    }

    /// <summary>An hour after the last word that was stored.</summary>
    private static Task<TestServer> StartAsync(TemporaryFolder folder, Past before)
    {
        var newest = before.Rooms.SelectMany(room => room.Entries).Max(entry => entry.Time);
        var clock = new ClockFrom(DateTimeOffset.FromUnixTimeMilliseconds((long)newest).AddHours(1));
        return TestServer.StartAsync(options => options with { Time = clock }, folder);
    }

    private static async Task<RawClient> LogInAsync(TestServer server, Guest guest, string name, byte[]? publisher = null)
    {
        var client = await server.ConnectAsync();
        await client.LogInAsync(id => new Login(id, name, CredentialKind.GuestKey, Convert.FromHexString(guest.Key), publisher is null ? default(ReadOnlyMemory<byte>?) : publisher, Inbox: false));
        return client;
    }

    private static Past Unpack(string database, TemporaryFolder folder)
    {
        ZipFile.ExtractToDirectory(Repository.PathOf("tests", "upgrades", database), folder.Path);
        using var stream = File.OpenRead(folder.File("expected.json"));
        using var json = JsonDocument.Parse(stream);
        var past = json.RootElement;
        return new Past(
            past.GetProperty("guests").EnumerateObject().ToDictionary(
                guest => guest.Name, guest => new Guest(guest.Value.GetProperty("key").GetString()!, guest.Value.GetProperty("principal").GetUInt64())),
            [.. past.GetProperty("rooms").EnumerateArray().Select(RoomOf)],
            [.. past.GetProperty("posts").EnumerateArray().Select(PostOf)],
            [.. ListIn(past, "accounts").Select(account => new PastAccount(account.GetProperty("name").GetString()!, account.GetProperty("role").GetInt32(), Number(account, "principal"), account.GetProperty("disabled").GetBoolean()))],
            [.. ListIn(past, "tokens").Select(token => new PastToken(token.GetProperty("account").GetString()!, token.GetProperty("secret").GetString()!, token.GetProperty("revoked").GetBoolean()))],
            [.. ListIn(past, "governed").Select(GovernedOf)],
            [.. ListIn(past, "audit").Select(record => (record[0].GetUInt64(), record[1].GetString()!))],
            [.. ListIn(past, "keyed").Select(post => new PastKeyedPost(Number(post, "room"), post.GetProperty("key").GetString()!, post.GetProperty("text").GetString()!, Number(post, "seq")))]);
    }

    /// <summary>Nothing in a database of a commit that had none.</summary>
    private static JsonElement[] ListIn(JsonElement past, string name) => past.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    private static PastRoom RoomOf(JsonElement room) => new(
        room.GetProperty("name").GetString()!, Number(room, "id"), Number(room, "epoch"), Number(room, "first"), Number(room, "head"), Number(room, "oldest"),
        [.. room.GetProperty("entries").EnumerateArray().Select(entry => new Entry(
            entry[0].GetUInt64(), entry[1].GetUInt64(), entry[2].GetUInt64(), entry[3].GetString()!, entry[4].GetString()!))]);

    private static PastPost PostOf(JsonElement post) => new(
        post.GetProperty("guest").GetString()!, post.GetProperty("publisher").GetString()!, Number(post, "room"), Number(post, "counter"),
        post.GetProperty("text").GetString()!, post.GetProperty("seq") is { ValueKind: JsonValueKind.Number } seq ? seq.GetUInt64() : null);

    private static PastGoverned GovernedOf(JsonElement room) => new(
        Number(room, "id"), room.GetProperty("kind").GetInt32(), room.GetProperty("name").GetString()!, room.GetProperty("title").GetString()!,
        room.GetProperty("topic").GetString()!, Number(room, "moderated"), Number(room, "archived"), Number(room, "slow"), room.GetProperty("role").GetInt32(),
        [.. room.GetProperty("roles").EnumerateArray().Select(role => new PastRole(
            role[0].GetUInt64(), role[1].GetString()!, role[2].GetInt32(), role[3].GetInt32(), role[4].GetString()!))]);

    private static ulong Number(JsonElement element, string name) => element.GetProperty(name).GetUInt64();

    private sealed record Past(
        Dictionary<string, Guest> Guests, List<PastRoom> Rooms, List<PastPost> Posts, List<PastAccount> Accounts, List<PastToken> Tokens,
        List<PastGoverned> Governed, List<(ulong Number, string Verb)> Audit, List<PastKeyedPost> Keyed);

    private sealed record PastKeyedPost(ulong Room, string Key, string Text, ulong Seq);

    private sealed record PastGoverned(
        ulong Id, int Kind, string Name, string Title, string Topic, ulong Moderated, ulong Archived, ulong Slow, int Role, List<PastRole> Roles);

    private sealed record PastRole(ulong Principal, string Name, int Role, int Restriction, string Reason);

    private sealed record Guest(string Key, ulong Principal);

    private sealed record PastAccount(string Name, int Role, ulong Principal, bool IsDisabled);

    private sealed record PastToken(string Account, string Secret, bool IsRevoked);

    private sealed record PastRoom(string Name, ulong Id, ulong Epoch, ulong First, ulong Head, ulong Oldest, List<Entry> Entries);

    private sealed record PastPost(string Guest, string Publisher, ulong Room, ulong Counter, string Text, ulong? Seq);

    private sealed record Entry(ulong Seq, ulong Time, ulong From, string Name, string Text)
    {
        public static Entry Of(Message message) => new(message.Seq, message.Time, message.From, message.Name, message.Text.ToString());
    }
}
