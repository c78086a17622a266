using System.Text;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What goes out of a server by an export, and comes into another one by an import.</summary>
public sealed class ExportTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Password = "correct horse battery";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Spec("CP-EXP-001", "CP-EXP-003", "CP-EXP-004", "CP-EXP-010", "CP-EXP-012", "CP-EXP-016")]
    [Fact(Timeout = 120_000)]
    public async Task A_server_that_was_exported_is_the_same_in_another_and_is_exported_there_as_the_same_lines()
    {
        using var folder = new TemporaryFolder();
        using var data = new TemporaryFolder();
        var (file, again) = (folder.File("chat.ndjson"), folder.File("again.ndjson"));
        await FillAsync(data);
        Dictionary<string, string[]> rooms;
        await using (var server = await TestServer.StartAsync(folder: data))
        {
            server.Log.Expect("are damaged");
            var admin = await server.AdminAsync();
            var exported = await admin.AskAsync<Exported>(new Export(admin.NextId(), file));
            var lines = await File.ReadAllLinesAsync(file, Stop);
            Assert.True(ExportText.IsWhole(lines));
            Assert.EndsWith($"\"hash\":\"{Convert.ToHexStringLower(exported.Hash.Span)}\"}}", lines[^1], StringComparison.Ordinal);
            Assert.Equal((3ul, 8ul), (exported.Rooms, exported.Entries));
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
            Assert.Equal([file], Directory.GetFiles(folder.Path));
            Assert.All(lines, line => Assert.Empty(JsonSchema.Read("export.v1").Validate(ExportText.Parse(line))));
            rooms = await ReadRoomsAsync(await LogInAsync(server));
        }

        await using (var other = await TestServer.StartAsync())
        {
            other.Log.Expect("are damaged");
            var admin = await other.AdminAsync();
            var imported = await admin.AskAsync<Imported>(new Import(admin.NextId(), file));
            Assert.Equal(new Imported(imported.Id, 3, 8, 1, true), imported);
            await admin.AskAsync<Ok>(new ChangeAccount(admin.NextId(), "ann", null, null, Encoding.UTF8.GetBytes(Password)));
            Assert.Equal(rooms, await ReadRoomsAsync(await LogInAsync(other)));
            await admin.AskAsync<Exported>(new Export(admin.NextId(), again));
            var (before, after) = (await File.ReadAllLinesAsync(file, Stop), await File.ReadAllLinesAsync(again, Stop));
            // Ann has been here since.
            Assert.Equal(ExportText.Lasting(before).Select(WithoutSeen), ExportText.Lasting(after).Select(WithoutSeen));
            Assert.Equal(3ul, (await admin.AskAsync<StatusReport>(new Status(admin.NextId()))).Rooms);

            // Each room goes on behind its head, in another epoch.
            var bob = await other.LogInAsync("bob");
            var tea = await bob.JoinAsync("茶");
            Assert.Equal((6ul, 7ul), (tea.Head, tea.First));
            Assert.Equal(7ul, (await bob.AskAsync<Posted>(bob.PostOf(tea.Room, "on"))).Seq);
            Assert.True((await bob.AskAsync<RoomInfo>(new Open(bob.NextId(), "new", Create: true))).Room > tea.Room);
        }

        static string WithoutSeen(string line) => ExportText.Parse(line).TryGetProperty("seen", out _) ? ExportText.With(line, "seen", 0) : line;
    }

    [Fact(Timeout = 60_000)]
    public async Task Roles_restrictions_and_settings_of_rooms_go_along_with_a_whole_server()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.ndjson");
        ulong room;
        await using (var server = await TestServer.StartAsync())
        {
            var admin = await server.AdminAsync();
            foreach (var name in (string[])["ann", "bob"])
                await admin.AskAsync<Ok>(new CreateAccount(admin.NextId(), name, (int)AccountRole.Member, Encoding.UTF8.GetBytes(Password)));
            var ann = await LogInAsync(server);
            room = (await ann.AskAsync<RoomInfo>(new CreateRoom(ann.NextId(), RoomKind.ByInvitation, "plans", "what next"))).Room;
            await ann.AskAsync<Posted>(new SetRole(ann.NextId(), room, "bob", RoomRole.Moderator, ""));
            await ann.AskAsync<Posted>(new Restrict(ann.NextId(), room, "bob", RoomRestriction.Muted, null, "enough"));
            await ann.AskAsync<Posted>(new ChangeRoom(ann.NextId(), room, "Plans", null, 1, null, 5000, 60_000));
            await admin.AskAsync<Exported>(new Export(admin.NextId(), file));
            Assert.All(await File.ReadAllLinesAsync(file, Stop), line => Assert.Empty(JsonSchema.Read("export.v1").Validate(ExportText.Parse(line))));
        }
        await using var other = await TestServer.StartAsync();
        var owner = await other.AdminAsync();
        await owner.AskAsync<Imported>(new Import(owner.NextId(), file));
        await owner.AskAsync<Ok>(new ChangeAccount(owner.NextId(), "ann", null, null, Encoding.UTF8.GetBytes(Password)));

        var reader = await LogInAsync(other);
        var info = await reader.AskAsync<RoomInfo>(new Open(reader.NextId(), $"#{room}", Create: false));
        Assert.Equal((RoomKind.ByInvitation, "plans", "Plans", "what next", 1ul, 5000ul, 60_000ul, RoomRole.Owner, 4ul), (info.Kind, info.Name, info.Title, info.Topic, info.Moderated, info.Slow, info.EditFor, info.Role, info.Head));
        var bob = Assert.Single((await reader.AskAsync<RoleList>(new RoomRoles(reader.NextId(), room, 0))).Items, item => item.Name == "bob");
        Assert.Equal((RoomRole.Moderator, RoomRestriction.Muted, "enough"), (bob.Role, bob.Restriction, bob.Reason));
        Assert.Contains((await reader.AskAsync<RoomList>(new Rooms(reader.NextId(), 0))).Items, item => item.Room == room);
    }

    [Spec("CP-EXP-002", "CP-EXP-017")]
    [Fact(Timeout = 60_000)]
    public async Task No_secret_is_in_an_export_and_nobody_logs_in_to_an_imported_account_before_its_password_is_set()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.ndjson");
        ulong guest;
        await using (var server = await TestServer.StartAsync())
        {
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new CreateAccount(admin.NextId(), "ann", (int)AccountRole.Owner, Encoding.UTF8.GetBytes(Password)));
            var ann = await LogInAsync(server);
            var token = await ann.AskAsync<TokenMade>(new CreateToken(ann.NextId(), "a bot", (int)TokenScopes.Read, [], null));
            var invitation = await ann.AskAsync<InvitationMade>(new Invite(ann.NextId(), (int)AccountRole.Member, 1, null));
            var bob = await server.LogInAsync("bob");
            guest = bob.Self!.Principal;
            await bob.AskAsync<Posted>(bob.PostOf((await bob.JoinAsync("tea")).Room, "hello"));
            await admin.AskAsync<BanList>(new Ban(admin.NextId(), null, "203.0.113.0/24", null, null, "", false, false));
            await admin.AskAsync<Exported>(new Export(admin.NextId(), file));

            var text = await File.ReadAllTextAsync(file, Stop);
            foreach (var secret in (string[])[Password, Encoding.ASCII.GetString(token.Secret.Span), Encoding.ASCII.GetString(invitation.Secret.Span), "203.0.113", "a bot"])
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            var fields = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ExportText.Parse).Where(line => line.GetProperty("line").GetString() == "principal")
                .SelectMany(line => line.EnumerateObject().Select(field => field.Name)).Distinct();
            Assert.Equal(["hash", "id", "line", "made", "name", "role", "seen"], fields.Order());
        }

        await using var other = await TestServer.StartAsync();
        var operatorThere = await other.AdminAsync();
        await operatorThere.AskAsync<Imported>(new Import(operatorThere.NextId(), file));
        foreach (var password in (string[])[Password, "", "ann"])
        {
            var stranger = await other.ConnectAsync();
            await stranger.AskAsync<Welcome>(stranger.Hello());
            Assert.Equal(ErrorCode.LoginFailed, (await stranger.AskAsync<Error>(new Login(stranger.NextId(), "ann", CredentialKind.Password, Encoding.UTF8.GetBytes(password), null, false))).Reason);
        }
        Assert.Equal(ErrorCode.NameTaken, (await RefusedGuestAsync(other, "ann")).Reason);
        Assert.NotEqual(guest, (await other.LogInAsync("bob")).Self!.Principal);
        await operatorThere.AskAsync<Ok>(new ChangeAccount(operatorThere.NextId(), "ann", null, null, Encoding.UTF8.GetBytes(Password)));
        var owner = await LogInAsync(other);
        Assert.Equal((int)AccountRole.Owner, (await owner.AskAsync<AccountInfo>(new Account(owner.NextId(), null))).Role);
    }

    [Spec("CP-EXP-013", "CP-EXP-015", "CP-EXP-016")]
    [Fact(Timeout = 60_000)]
    public async Task A_room_goes_into_another_server_where_its_authors_are_strangers()
    {
        using var folder = new TemporaryFolder();
        var (one, example) = (folder.File("tea.ndjson"), folder.File("example.ndjson"));
        await ExportText.WriteAsync(example, ExportText.Example);
        await using (var server = await TestServer.StartAsync())
        {
            var ann = await server.LogInAsync("ann");
            var bob = await server.LogInAsync("bob");
            var tea = (await ann.JoinAsync("tea")).Room;
            await bob.JoinAsync("tea");
            foreach (var (who, text) in ((RawClient, string)[])[(ann, "one"), (bob, "two"), (ann, "three")])
            {
                await who.SendAsync(who.PostOf(tea, text));
                await who.UntilAsync<Posted>();
            }
            var admin = await server.AdminAsync();
            var exported = await admin.AskAsync<Exported>(new Export(admin.NextId(), one, tea));
            Assert.Equal((1ul, 3ul), (exported.Rooms, exported.Entries));
        }

        await using var other = await TestServer.StartAsync();
        var here = await other.LogInAsync("ann");
        await here.AskAsync<Posted>(here.PostOf(1, "I was here first"));
        var operatorThere = await other.AdminAsync();
        var imported = await operatorThere.AskAsync<Imported>(new Import(operatorThere.NextId(), one));
        Assert.Equal((false, "tea", 1ul, 3ul), (imported.Whole, imported.Name, imported.Rooms, imported.Entries));
        var joined = await here.JoinAsync("tea", after: 0);
        Assert.Equal((imported.Room, 3ul, 4ul), (joined.Room, joined.Head, joined.First));
        var entries = await here.ReceiveAsync<Message>(3);
        Assert.Equal([("ann", "one"), ("bob", "two"), ("ann", "three")], entries.Select(entry => (entry.Name, entry.Text.ToString())));
        Assert.All(entries, entry => Assert.Equal(joined.Room, entry.Room));
        Assert.Equal(entries[0].From, entries[2].From);
        Assert.Distinct([here.Self!.Principal, entries[0].From, entries[1].From]);
        Assert.DoesNotContain((await other.LogInAsync("new")).Self!.Principal, entries.Select(entry => entry.From));
        Assert.Equal(4ul, (await here.AskAsync<Posted>(here.PostOf(joined.Room, "on"))).Seq);
        await here.ReceiveAsync<Message>();

        // One room out of an export of a whole server, with an entry of a kind that nobody knows and the words of the server that it was.
        var tea2 = await operatorThere.AskAsync<Imported>(new Import(operatorThere.NextId(), example, "茶"));
        Assert.Equal(3ul, tea2.Entries);
        await here.JoinAsync("茶", after: 0);
        Assert.Equal(tea2.Room, (await here.UntilAsync<Message>(message => message.Text == "你好 👋")).Room);
        Assert.Equal((3ul, 5ul, (int)GapReason.Damaged), await here.UntilAsync<Gap>() is var gap ? (gap.First, gap.Last, (int)gap.Why) : default);
        var unknown = await here.UntilAsync<UnknownEntry>();
        Assert.Equal((134, tea2.Room, 6ul, "ada", "a kind to come"), (unknown.Code, unknown.Room, unknown.Seq, unknown.Name, unknown.Text.ToString()));
        Assert.True(unknown.From > here.Self!.Principal);
        other.Log.Expect("are damaged");
    }

    [Spec("CP-EXP-010", "CP-EXP-012", "CP-EXP-013", "CP-EXP-018")]
    [Fact(Timeout = 60_000)]
    public async Task What_is_in_the_way_is_named_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("chat.ndjson");
        await ExportText.WriteAsync(file, ExportText.Example);
        var privately = folder.File("private.ndjson");
        await ExportText.WriteAsync(privately, ExportText.Change(ExportText.Example, bodies => [
            ExportText.With(bodies[0], "scope", "room"), bodies[7], .. bodies.Skip(18).Take(2), ExportText.With(ExportText.With(ExportText.With(ExportText.With(bodies[20], "principals", 0), "blocks", 0), "rooms", 1), "entries", 1)]));
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();

        Assert.Equal("the path of an import begins with /", await RefusedAsync("chat.ndjson"));
        Assert.Contains("No such file", await RefusedAsync(folder.File("nothing")), StringComparison.Ordinal);
        Assert.Contains("it is empty, or no file", await RefusedAsync(folder.Path), StringComparison.Ordinal);
        Assert.Contains("it is empty, or no file", await RefusedAsync("/dev/zero"), StringComparison.Ordinal);
        Assert.EndsWith("it has no public room cake", await RefusedAsync(file, "cake"), StringComparison.Ordinal);
        Assert.Contains("line 2: the room is not public", await RefusedAsync(privately), StringComparison.Ordinal);
        Assert.StartsWith("there is a room lobby here already", await RefusedAsync(file, "lobby"), StringComparison.Ordinal);
        Assert.Equal((3ul, 7ul, 2ul, true), await admin.AskAsync<Imported>(new Import(admin.NextId(), file, DryRun: true)) is var plan ? (plan.Rooms, plan.Entries, plan.Accounts, plan.Whole) : default);
        Assert.Null((await admin.AskAsync<Imported>(new Import(admin.NextId(), file, "茶", DryRun: true))).Room);

        var ann = await server.LogInAsync("ann");
        Assert.Contains("who logged in once", await RefusedAsync(file), StringComparison.Ordinal);
        await ann.JoinAsync("茶");
        Assert.StartsWith("there is a room 茶 here already", await RefusedAsync(file, "茶"), StringComparison.Ordinal);
        await ann.AskAsync<Posted>(ann.PostOf(1, "hello"));
        Assert.Contains("something was said here already", await RefusedAsync(file), StringComparison.Ordinal);
        var status = await admin.AskAsync<StatusReport>(new Status(admin.NextId()));
        Assert.Equal(2ul, status.Rooms);

        async Task<string> RefusedAsync(string path, string? room = null) =>
            await admin.AskAsync<Error>(new Import(admin.NextId(), path, room)) is var refused && refused.Reason == ErrorCode.InvalidValue ? refused.Text : refused.ToString();
    }

    [Spec("CP-EXP-011", "CP-EXP-010")]
    [Fact(Timeout = 60_000)]
    public async Task A_file_that_is_not_as_it_was_written_stores_nothing()
    {
        using var folder = new TemporaryFolder();
        using var data = new TemporaryFolder();
        var lines = ExportText.Example;
        var soon = DateTimeOffset.UtcNow.AddHours(2).ToUnixTimeMilliseconds();
        (string[] Lines, string Fault)[] files =
        [
            (lines[..^1], "cut short"),
            ([.. lines[..10], lines[11], lines[10], .. lines[12..]], "line 11: "),
            ([.. lines[..11], lines[11].Replace("noon", "dusk", StringComparison.Ordinal), .. lines[12..]], "line 12: "),
            (ExportText.Change(lines, bodies => bodies.Select((body, i) => i == 3 ? ExportText.With(body, "name", "ADA") : body)), "line 4: two accounts have the name ADA"),
            (ExportText.Change(lines, bodies => bodies.Select((body, i) => i == 11 ? ExportText.With(body, "time", soon) : body)), "line 12: the entry's time is more than an hour ahead"),
            (ExportText.Change(lines, bodies => bodies.Select((body, i) => i == 11 ? ExportText.With(body, "text", new string('x', 200_000)) : body)), "line 12: the entry has 200"),
        ];
        await using (var server = await TestServer.StartAsync(folder: data))
        {
            var admin = await server.AdminAsync();
            foreach (var (changed, fault) in files)
            {
                await ExportText.WriteAsync(folder.File("chat.ndjson"), changed);
                var refused = await admin.AskAsync<Error>(new Import(admin.NextId(), folder.File("chat.ndjson")));
                Assert.Equal(ErrorCode.InvalidValue, refused.Reason);
                Assert.Contains(fault, refused.Text, StringComparison.Ordinal);
            }
            Assert.Equal(0ul, (await (await server.LogInAsync("ann")).JoinAsync("lobby")).Head);
        }
        using var database = new SqliteConnection($"Data Source={data.File("chat.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM segment) + (SELECT count(*) FROM room) + (SELECT count(*) FROM removed_room)";
        Assert.Equal(0L, command.ExecuteScalar());
    }

    [Spec("CP-EXP-001")]
    [Fact(Timeout = 60_000)]
    public async Task An_export_that_cannot_be_made_leaves_nothing_and_what_is_there_alone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("letter"), "dear bob", Stop);
        await File.WriteAllTextAsync(folder.File("chat.ndjson.chatd.part"), "half of an export that was killed", Stop);
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();

        Assert.Equal((ErrorCode.InvalidValue, "the path of an export begins with /"), await RefusedAsync("relative"));
        Assert.Equal(ErrorCode.InvalidValue, (await RefusedAsync(folder.File("letter"))).Reason);
        Assert.Equal((ErrorCode.NoSuchRoom, "there is no such room, or nothing was said in it"), await RefusedAsync(folder.File("room"), 99));
        Assert.Equal((ErrorCode.LogUnavailable, $"the export {folder.File("no/copy")} could not be made: there is no folder {folder.File("no")}"), await RefusedAsync(folder.File("no/copy")));
        Assert.Equal(ErrorCode.LogUnavailable, (await RefusedAsync("/dev/null/copy")).Reason);
        await admin.AskAsync<Exported>(new Export(admin.NextId(), folder.File("chat.ndjson")));

        Assert.Equal("dear bob", await File.ReadAllTextAsync(folder.File("letter"), Stop));
        Assert.Equal(["chat.ndjson", "letter"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());

        async Task<(ErrorCode Reason, string Text)> RefusedAsync(string path, ulong? room = null) =>
            await admin.AskAsync<Error>(new Export(admin.NextId(), path, room)) is var refused ? (refused.Reason, refused.Text) : default;
    }

    [Spec("CP-EXP-001")]
    [Fact(Timeout = 60_000)]
    public async Task What_is_posted_while_an_export_is_made_is_not_in_it_or_in_it_whole()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync();
        var admin = await server.AdminAsync();
        var ann = await server.LogInAsync("ann");
        var tea = (await ann.JoinAsync("tea")).Room;
        for (var i = 1; i <= 500; i++)
            await ann.AskAsync<Posted>(ann.PostOf(tea, $"text {i}"));
        var export = admin.AskAsync<Exported>(new Export(admin.NextId(), folder.File("chat.ndjson")));
        for (var i = 501; i <= 800 || !export.IsCompleted; i++)
            await ann.AskAsync<Posted>(ann.PostOf(tea, $"text {i}"));

        var exported = await export;
        var lines = await File.ReadAllLinesAsync(folder.File("chat.ndjson"), Stop);
        Assert.True(ExportText.IsWhole(lines));
        var entries = lines.Select(ExportText.Parse).Where(line => line.GetProperty("line").GetString() == "entry").ToList();
        Assert.Equal(exported.Entries, (ulong)entries.Count);
        Assert.InRange(entries.Count, 500, int.MaxValue);
        Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => $"text {i}"), entries.Select(entry => entry.GetProperty("text").GetString()));
    }

    /// <summary>A server with all that there is to be exported: public and private rooms, erased, expired and damaged entries, odd names.</summary>
    private static async Task FillAsync(TemporaryFolder data)
    {
        await using (var server = await TestServer.StartAsync(folder: data))
        {
            var admin = await server.AdminAsync();
            await admin.AskAsync<Ok>(new CreateAccount(admin.NextId(), "ann", (int)AccountRole.Admin, Encoding.UTF8.GetBytes(Password)));
            var ann = await LogInAsync(server);
            var bob = await server.LogInAsync("Bjørn");
            await ann.AskAsync<Ok>(new Block(ann.NextId(), "Bjørn"));
            await ann.AskAsync<Ok>(new Unblock(ann.NextId(), "Bjørn"));
            await bob.AskAsync<Ok>(new Block(bob.NextId(), "ann"));
            await bob.AskAsync<Ok>(new Unblock(bob.NextId(), "ann"));
            var tea = (await bob.AskAsync<RoomInfo>(new Open(bob.NextId(), "茶", Create: true))).Room;
            foreach (var text in (string[])["expires", "expires too", "hello \"world\" \\ \u001b[31m\u2028 👋", "stays"])
                await ann.AskAsync<Posted>(ann.PostOf(1, text));
            await admin.SendAsync(new Broadcast(admin.NextId(), "noon"));
            await admin.UntilAsync<Posted>();
            await bob.UntilAsync<Notice>();
            await ann.UntilAsync<Notice>();
            await admin.AskAsync<Retention>(new Retain(admin.NextId(), 1, true, null, 3, null));
            foreach (var text in (string[])["one", "secret", "three", "four", "five", "six"])
                await bob.AskAsync<Posted>(bob.PostOf(tea, text));
            await admin.AskAsync<Ok>(new Erase(admin.NextId(), tea, 2));
            var between = await ann.AskAsync<RoomInfo>(new Open(ann.NextId(), "@Bjørn", Create: true));
            await ann.AskAsync<Posted>(ann.PostOf(between.Room, "for you alone"));
            await ann.AskAsync<Ok>(new Block(ann.NextId(), "Bjørn"));
            await Eventually.TrueAsync(async () => (await admin.AskAsync<Retention>(new Retain(admin.NextId(), 1, false, null, null, null))).Oldest == 3, "the lobby's first entries expire");
        }
        using var database = new SqliteConnection($"Data Source={data.File("chat.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        // Seqs 4 and 5 of the second room, in segments of their own.
        command.CommandText = "UPDATE segment SET crc = crc + 1 WHERE room <> 1 AND first IN (4, 5)";
        Assert.Equal(2, command.ExecuteNonQuery());
    }

    /// <summary>All that ann sees of each room: its entries and gaps.</summary>
    private static async Task<Dictionary<string, string[]>> ReadRoomsAsync(RawClient ann)
    {
        var rooms = new Dictionary<string, string[]>();
        foreach (var item in (await ann.AskAsync<RoomList>(new Rooms(ann.NextId(), 0))).Items)
        {
            var frames = new List<string>();
            await ann.SendAsync(new History(ann.NextId(), item.Room, 1000, null, 0));
            var page = await ann.UntilAsync<Page>();
            frames.Add($"{item.Room} {item.Kind} {item.Name} {item.Head}");
            for (var i = 0; i < page.Count + page.Gaps; i++)
                frames.Add(await ann.ReceiveAsync() is var frame && frame is Message entry ? $"{entry} {entry.Text}" : $"{frame}");
            rooms.Add($"{item.Room}", [.. frames]);
        }
        return rooms;
    }

    private static async Task<RawClient> LogInAsync(TestServer server) =>
        await (await server.ConnectAsync()).LogInAsync(id => new Login(id, "ann", CredentialKind.Password, Encoding.UTF8.GetBytes(Password), null, false));

    private static async Task<Error> RefusedGuestAsync(TestServer server, string name)
    {
        var guest = await server.ConnectAsync();
        await guest.AskAsync<Welcome>(guest.Hello());
        return await guest.AskAsync<Error>(guest.LoginOf(name));
    }
}
