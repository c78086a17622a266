using System.Text;
using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The audit log: what those with rights do is recorded, with its change.</summary>
[OneTry]
public sealed class AuditTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>For each verb that is recorded one that is done, asked by an owner who has a token and an invitation, or by the admin socket.</summary>
    private static readonly Dictionary<string, Func<Scene, Func<ulong, Request>>> Done = new()
    {
        ["kick"] = _ => id => new Kick(id, null, "mallory", "spam"),
        ["ban"] = _ => id => new Ban(id, "mallory", null, null, null, "spam", false, false),
        ["unban"] = scene => scene.Behind(new Ban(0, "mallory", null, null, null, "spam", false, false), id => new Unban(id, null, "mallory", null)),
        ["erase"] = scene => id => new Erase(id, scene.Room, 1),
        ["retract"] = scene => id => new Retract(id, scene.Room, 1),
        ["pins"] = scene => id => new Pins(id, scene.Hidden),
        ["thread-messages"] = scene => id => new ThreadMessages(id, scene.Hidden, 1),
        ["reactions"] = scene => id => new Reactions(id, scene.Hidden, 1),
        ["remove-room"] = scene => id => new RemoveRoom(id, scene.Room),
        ["retain"] = scene => id => new Retain(id, scene.Room, true, null, 5, null),
        ["tell"] = _ => id => new Tell(id, "mallory", new Text("nobody else hears this")),
        ["broadcast"] = _ => id => new Broadcast(id, new Text("nobody else hears this")),
        ["accept-time"] = _ => id => new AcceptTime(id),
        ["shutdown"] = _ => id => new Shutdown(id, 0, "an update", null),
        ["backup"] = _ => id => new Backup(id, "/var/backups/chat.db"),
        ["verify"] = _ => id => new Verify(id),
        ["create-account"] = _ => id => new CreateAccount(id, "new", 1, HubClient.PasswordOf("new")),
        ["change-account"] = _ => id => new ChangeAccount(id, "member", 2, null, HubClient.PasswordOf("other")),
        ["delete-account"] = _ => id => new DeleteAccount(id, null, "member"),
        ["revoke-token"] = scene => id => new RevokeToken(id, scene.Token, "member"),
        ["revoke-invitation"] = scene => id => new RevokeInvitation(id, scene.Invitation),
        ["change-password"] = _ => id => new ChangePassword(id, HubClient.PasswordOf("owner"), HubClient.PasswordOf("newer")),
        ["create-token"] = _ => id => new CreateToken(id, "a label", 1, [], null),
        ["invite"] = _ => id => new Invite(id, 2, 1, null),
        ["sessions"] = _ => id => new Sessions(id, 0),
        ["bans"] = _ => id => new Bans(id, 0),
        ["accounts"] = _ => id => new Accounts(id, 0),
        ["account"] = _ => id => new Account(id, "member"),
        ["tokens"] = _ => id => new Tokens(id, 0, "member"),
        ["invitations"] = _ => id => new Invitations(id, 0),
        ["audit"] = _ => id => new Audit(id, 0, null, null, null),
        ["configuration"] = _ => id => new Configuration(id, 0),
        ["trace"] = scene => id => new Trace(id, scene.Mallory.Session.Id, Bodies: false, Stop: false),
        ["export"] = _ => id => new Export(id, "/var/backups/chat.ndjson"),
        ["change-room"] = scene => id => new ChangeRoom(id, scene.Room, null, "order", null, null, null),
        ["set-role"] = scene => id => new SetRole(id, scene.Room, "mallory", RoomRole.Member, "spam"),
        ["restrict"] = scene => id => new Restrict(id, scene.Room, "mallory", RoomRestriction.Muted, null, "spam"),
        ["purge"] = scene => id => new Purge(id, "mallory", 60_000, scene.Room, DryRun: false),
        ["open"] = scene => id => new Open(id, $"#{scene.Hidden}", Create: false),
        ["join"] = scene => id => new Join(id, $"#{scene.Hidden}", PresenceMode.None, null, null),
        ["history"] = scene => id => new History(id, scene.Hidden, 10, null, null),
        ["search"] = scene => id => new Search(id, "word", 10, scene.Hidden),
        ["members"] = scene => id => new Members(id, scene.Hidden, 0),
        ["room-roles"] = scene => id => new RoomRoles(id, scene.Hidden, 0),
        ["mark-read"] = scene => id => new MarkRead(id, scene.Hidden, 0),
    };

    private static readonly string[] OfNoChange = ["purge", "kick", "accept-time", "shutdown", "backup", "verify", "sessions", "bans", "accounts", "account", "tokens", "invitations", "audit",
        "configuration", "trace", "export", "open", "join", "history", "members", "room-roles", "pins", "thread-messages", "reactions", "mark-read", "search"];

    /// <summary>Those that a hub alone cannot do; a server's tests do.</summary>
    private static readonly string[] OfTheServer = ["reload", "import"];

    private static readonly string[] OfTheSocket = ["backup", "export"];

    public static TheoryData<string> Verbs => [.. Done.Keys];

    public static TheoryData<string> OfStaff => [.. Done.Keys.Except(["change-password", "create-token", "invite", "account", "tokens", "revoke-token", "delete-account", "invitations", "revoke-invitation",
        "open", "join", "history", "members", "room-roles", "retract", "pins", "thread-messages", "reactions", "mark-read", "search"])];

    private static IReadOnlyList<Verb> Table => [.. new HubBench().Hub.Verbs];

    [Spec("CP-AUD-001")]
    [Fact]
    public void Every_verb_that_takes_more_than_a_member_says_how_it_is_recorded_and_is_tried_here()
    {
        Assert.All(Table, verb => Assert.True(verb.Audit is not null || verb.NeedsFor is null && !Rights.AreOfStaff(verb.Needs), verb.Name));
        Assert.Equal(Table.Where(verb => verb.Audit is not null && verb.Name != "status").Select(verb => verb.Name).Order(), Done.Keys.Concat(OfTheServer).Order());
    }

    [Fact]
    public void A_verb_has_its_name_in_the_registry() => Assert.Equal(
        Registry.Messages.Where(m => m.Kind == "request").Select(m => (m.Code, m.Name)).Order(), Table.Select(verb => (verb.Code, verb.Name)).Order());

    [Spec("CP-AUD-001", "CP-AUD-002")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Verbs))]
    public async Task What_is_done_leaves_one_record_with_its_change(string verb)
    {
        await Task.Yield();
        var scene = new Scene();
        var request = Done[verb](scene);
        var asker = OfTheSocket.Contains(verb) ? scene.Bench.LogInAdmin() : scene.Owner;
        var before = scene.Bench.Log.Audit.Count;

        Assert.IsNotType<Error>(scene.Answer(asker, request));

        var record = Assert.Single(scene.Bench.Log.Audit.Skip(before)).Record;
        Assert.Equal((verb, 0, asker.Principal), (record.Verb, record.Result, record.Principal));
        Assert.Equal(OfTheSocket.Contains(verb) ? ("admin", CredentialKind.LocalAdmin, "admin socket") : ("owner", CredentialKind.Password, "127.0.0.1:50000"), (record.Name, record.Credential, record.Address));
        var batch = scene.Bench.Log.LastAudited!;
        Assert.Equal(OfNoChange.Contains(verb), batch.Segments.Count + batch.Changes.Count(change => change is not LogChange.Audit) == 0);
    }

    [Spec("CP-AUD-001")]
    [Fact]
    public void A_record_says_whom_it_was_about_why_and_what_was_changed()
    {
        var scene = new Scene();
        scene.Owner.Ask<Ok>(id => new ChangeAccount(id, "member", 2, 1, HubClient.PasswordOf("other")));
        scene.Owner.Ask<Ok>(id => new Kick(id, scene.Mallory.Session.Id, null, "spam"));
        scene.Owner.Ask<Retention>(id => new Retain(id, scene.Room, true, null, 5, null));

        var records = scene.Bench.Log.Audit.TakeLast(3).Select(stored => stored.Record).ToList();
        Assert.Equal(("member", "role=member disabled=0", "role=admin disabled=1 password=new"), (records[0].Target, records[0].Was, records[0].Is));
        Assert.Equal(("mallory", scene.Mallory.Principal, "spam"), (records[1].Target, records[1].Whom, records[1].Reason));
        Assert.Equal(("tea", scene.Room, "all", "count=5"), (records[2].Target, records[2].Room, records[2].Was, records[2].Is));
    }

    [Spec("CP-AUD-001")]
    [Fact]
    public void An_act_by_a_token_names_its_number()
    {
        var scene = new Scene();
        var token = scene.Owner.CreateToken(TokenScopes.Moderate);
        var program = scene.Bench.LogInByToken(token.Secret);
        program.Ask<Ok>(id => new Kick(id, null, "mallory", ""));
        Assert.Equal((CredentialKind.Token, token.Token), (scene.Last.Credential, scene.Last.Token));
    }

    [Fact]
    public void What_a_member_does_with_its_own_account_is_its_own_affair()
    {
        var scene = new Scene();
        var before = scene.Bench.Log.Audit.Count;
        var member = scene.Bench.LogInByPassword("member");
        member.CreateToken(TokenScopes.Read);
        member.Ask<InvitationMade>(id => new Invite(id, 1, 1, null));
        member.Ask<SessionList>(id => new OwnSessions(id, 0));
        Assert.Equal(before, scene.Bench.Log.Audit.Count);
    }

    [Spec("CP-AUD-001")]
    [Fact]
    public void Where_a_change_is_lost_so_is_its_record_and_the_refusal_is_recorded_once_there_is_a_disk_again()
    {
        var scene = new Scene();
        var before = scene.Bench.Log.Audit.Count;
        scene.Bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, scene.Owner.Refused(id => new ChangeAccount(id, "member", 2, null, null)));
        Assert.Equal(before, scene.Bench.Log.Audit.Count);
        scene.Bench.LosesBatches = false;
        scene.Bench.Pass(TimeSpan.FromSeconds(2));
        scene.Bench.Settle();

        Assert.Equal(("change-account", (int)ErrorCode.LogUnavailable, "member"), (scene.Last.Verb, scene.Last.Result, scene.Last.Target));
        Assert.Equal(before + 1, scene.Bench.Log.Audit.Count);
    }

    [Spec("CP-AUD-002")]
    [Theory]
    [InlineData("kick")]
    [InlineData("accept-time")]
    [InlineData("backup")]
    public void What_changes_nothing_in_the_log_is_refused_where_it_cannot_be_recorded(string verb)
    {
        var scene = new Scene();
        var admin = scene.Bench.LogInAdmin();
        scene.Bench.LosesBatches = true;
        Assert.Equal(ErrorCode.LogUnavailable, admin.Refused(Done[verb](scene)));
        Assert.False(scene.Mallory.IsClosed);
    }

    [Spec("CP-AUD-004")]
    [Theory(Timeout = 60_000)]
    [MemberData(nameof(OfStaff))]
    public async Task A_denial_is_recorded_once_a_minute_without_the_words_of_who_was_denied(string verb)
    {
        await Task.Yield();
        var scene = new Scene();
        var guest = scene.Bench.LogIn("nosy");
        var before = scene.Bench.Log.Audit.Count;
        for (var i = 0; i < 10; i++)
            Assert.Equal(ErrorCode.Denied, guest.Refused(Done[verb](scene with { Asks = false })));
        scene.Bench.Settle();

        var record = Assert.Single(scene.Bench.Log.Audit.Skip(before)).Record;
        Assert.Equal((verb, (int)ErrorCode.Denied, "nosy", ""), (record.Verb, record.Result, record.Name, record.Reason));
        scene.Bench.Pass(TimeSpan.FromMinutes(1));
        guest.Refused(Done[verb](scene with { Asks = false }));
        scene.Bench.Settle();
        Assert.Equal("left-out=9", scene.Last.Is);
    }

    [Spec("CP-AUD-004")]
    [Fact(Timeout = 60_000)]
    public async Task Strangers_cannot_fill_the_log_with_denials_nor_keep_those_of_the_staff_out()
    {
        await Task.Yield();
        var scene = new Scene();
        var before = scene.Bench.Log.Audit.Count;
        for (var i = 0; i < 300; i++)
            scene.Bench.LogIn($"nosy-{i}").Refused(id => new Sessions(id, 0));
        scene.Bench.Settle();
        Assert.Equal(before + 100, scene.Bench.Log.Audit.Count);

        scene.Owner.Refused(id => new Kick(id, null, "nobody", ""));
        scene.Bench.Settle();
        Assert.Equal(("kick", (int)ErrorCode.NoSuchUser, "left-out=200"), (scene.Last.Verb, scene.Last.Result, scene.Last.Is));
    }

    [Spec("CP-AUD-004")]
    [Fact(Timeout = 60_000)]
    public async Task Reading_of_others_is_recorded_once_an_hour_and_the_status_never()
    {
        await Task.Yield();
        var scene = new Scene();
        var before = scene.Bench.Log.Audit.Count;
        for (var minute = 0; minute < 61; minute++)
        {
            scene.Owner.Ask<SessionList>(id => new Sessions(id, 0));
            scene.Owner.Ask<StatusReport>(id => new Status(id));
            scene.Bench.Pass(TimeSpan.FromMinutes(1));
        }
        Assert.Equal([("sessions", ""), ("sessions", "left-out=59")], scene.Bench.Log.Audit.Skip(before).Select(stored => (stored.Record.Verb, stored.Record.Is)));
    }

    [Spec("CP-AUD-003")]
    [Fact]
    public void No_record_holds_what_was_said_a_secret_or_a_name_that_nobody_has()
    {
        foreach (var verb in Done.Keys)
        {
            var scene = new Scene();
            var token = scene.Owner.CreateToken(TokenScopes.All);
            var invitation = scene.Owner.Ask<InvitationMade>(id => new Invite(id, 2, 1, null));
            var asker = OfTheSocket.Contains(verb) ? scene.Bench.LogInAdmin() : scene.Owner;
            scene.Answer(asker, Done[verb](scene));
            asker.Send(id => new Kick(id, null, "hunter2-typed-here", ""));
            asker.Send(id => new Audit(id, 0, null, "hunter2-typed-here", null));
            scene.Bench.Settle();

            var all = string.Join('\n', scene.Bench.Log.Audit.Select(stored => stored.Record));
            Assert.All(
                (string[])["the password of", "nobody else hears this", "hunter2", Encoding.ASCII.GetString(token.Secret.Span), Encoding.ASCII.GetString(invitation.Secret.Span)],
                secret => Assert.DoesNotContain(secret, all, StringComparison.Ordinal));
        }
    }

    [Spec("CP-AUD-005", "CP-AUD-008")]
    [Fact]
    public void The_chain_goes_on_behind_a_restart_and_the_status_tells_its_head()
    {
        var scene = new Scene();
        scene.Bench.Restart();
        var admin = scene.Bench.LogInAdmin();
        admin.Ask<Ok>(id => new AcceptTime(id));

        var stored = scene.Bench.Log.Audit;
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(i => (ulong)i), stored.Select(record => record.Number));
        var place = AuditPosition.Beginning;
        foreach (var record in stored)
        {
            place = AuditChain.Next(place, record.Record, AuditChain.HashPersonal(new byte[AuditChain.SaltSize], record.Record));
            Assert.Equal(place.Hash.ToArray(), record.Hash.ToArray());
        }
        Assert.Equal(place.ToString(), admin.Ask<StatusReport>(id => new Status(id)).Audit);
    }

    [Spec("CP-AUD-010")]
    [Fact]
    public void The_records_are_listed_from_the_newest_in_pages_by_name_and_by_verb()
    {
        var scene = new Scene();
        for (var i = 0; i < 100; i++)
            scene.Owner.Ask<Retention>(id => new Retain(id, scene.Room, true, null, (ulong)i + 2, null));
        scene.Owner.Ask<Ok>(id => new Kick(id, null, "mallory", "spam"));
        var admin = scene.Bench.LogInAdmin();

        var all = new List<ulong>();
        ulong? before = null;
        AuditList page;
        do
        {
            page = admin.Ask<AuditList>(id => new Audit(id, 0, before, null, null));
            all.AddRange(page.Items.Select(item => item.Number));
            before = page.Through;
        }
        while (page.More);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (ulong)i).Reverse(), all);
        Assert.True(all.Count > 100);
        Assert.Equal(["kick"], admin.Ask<AuditList>(id => new Audit(id, 0, null, "MALLORY", null)).Items.Select(item => item.Verb));
        Assert.Equal([all[0] - 1], admin.Ask<AuditList>(id => new Audit(id, all[0] - 2, all[0], null, null)).Items.Select(item => item.Number));
        var kicks = admin.Ask<AuditList>(id => new Audit(id, 0, null, null, "kick"));
        Assert.Equal(("mallory", "spam", false), (Assert.Single(kicks.Items).Target, kicks.Items[0].Reason, kicks.More));
        Assert.Empty(admin.Ask<AuditList>(id => new Audit(id, 0, 1, null, null)).Items);
    }

    [Spec("CP-AUD-007")]
    [Fact(Timeout = 60_000)]
    public async Task Records_go_when_they_are_too_old_or_too_many_and_the_chain_keeps_where_it_begins()
    {
        await Task.Yield();
        var bench = new HubBench(options => options with { AuditKept = 10 * Day, MaxAuditRecords = 5 });
        var admin = bench.LogInAdmin();
        for (var i = 0; i < 8; i++)
            admin.Ask<Ok>(id => new AcceptTime(id));
        PassAndSettle(bench, TimeSpan.FromSeconds(20));
        Assert.Equal([4ul, 5, 6, 7, 8], bench.Log.Audit.Select(record => record.Number));
        Assert.Equal((3ul, 8ul), (bench.Log.Contents.Audit.Anchor.Number, bench.Log.Contents.Audit.Head.Number));

        for (var day = 0; day < 11; day++)
            PassAndSettle(bench, Day);
        PassAndSettle(bench, TimeSpan.FromSeconds(20));
        Assert.Empty(bench.Log.Audit);
        admin.Ask<Ok>(id => new AcceptTime(id));
        Assert.Equal(9ul, Assert.Single(bench.Log.Audit).Number);
    }

    [Spec("CP-AUD-007")]
    [Fact]
    public void Nothing_goes_while_the_clock_is_in_doubt()
    {
        var bench = new HubBench();
        bench.LogInAdmin().Ask<Ok>(id => new AcceptTime(id));
        bench.SetClock(HubBench.Begin + (long)(500 * Day).TotalMilliseconds);
        bench.Restart();
        var admin = bench.LogInAdmin();
        PassAndSettle(bench, TimeSpan.FromSeconds(20));
        Assert.Single(bench.Log.Audit);

        admin.Ask<Ok>(id => new AcceptTime(id));
        PassAndSettle(bench, TimeSpan.FromSeconds(20));
        Assert.Equal(2ul, Assert.Single(bench.Log.Audit).Number);
    }

    private static void PassAndSettle(HubBench bench, TimeSpan span)
    {
        for (var i = 0; i < 10; i++)
        {
            bench.Pass(span / 10);
            bench.Settle();
        }
    }

    /// <summary>A server with an owner, a member with a token, an invitation, a guest, and a room in which something was said.</summary>
    private sealed record Scene
    {
        public Scene()
        {
            Owner = Bench.LogInAs("owner", AccountRole.Owner);
            var member = Bench.LogInAs("member", AccountRole.Member);
            Token = member.CreateToken(TokenScopes.Read).Token;
            Invitation = member.Ask<InvitationMade>(id => new Invite(id, 1, 1, null)).Invitation;
            member.Disconnect();
            Mallory = Bench.LogIn("mallory");
            Room = Mallory.Join("tea").Room;
            Mallory.Say(Room, "nobody else hears this");
            Hidden = Mallory.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "plans", "")).Room;
        }

        public HubBench Bench { get; } = new();

        public HubClient Owner { get; }

        public HubClient Mallory { get; }

        public ulong Token { get; }

        public ulong Invitation { get; }

        public ulong Room { get; }

        /// <summary>A room by invitation in which nobody of the staff has a role.</summary>
        public ulong Hidden { get; }

        /// <summary>Whether what a request needs is made for it.</summary>
        public bool Asks { get; init; } = true;

        public AuditRecord Last => Bench.Log.Audit[^1].Record;

        public Func<ulong, Request> Behind(Request first, Func<ulong, Request> request)
        {
            if (Asks)
                Answer(Owner, id => first with { Id = id });
            return request;
        }

        public Frame Answer(HubClient asker, Func<ulong, Request> request)
        {
            var id = asker.Send(request);
            Bench.Settle();
            return asker.AnswerTo(id)!;
        }
    }
}
