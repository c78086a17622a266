using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>
/// Every verb of the registry asked by every kind of user, with what the spec's tables of roles and scopes say of it (15-accounts). A new
/// verb has to have its place in those tables.
/// </summary>
[OneTry]
public sealed class RightsTests
{
    /// <summary>Requests that a role in the room of the request may give to everybody (<see cref="RoomRightsTests"/>).</summary>
    private static readonly string[] OfRoomRoles = ["erase", "purge", "retain", "remove-room", "change-room", "set-role", "restrict"];

    private const ulong NoRoom = 4711;

    /// <summary>What each role may beyond the one before it.</summary>
    private static readonly Dictionary<string, string[]> OfRoles = new()
    {
        ["guest"] = ["open", "join", "leave", "rooms", "members", "history", "post", "block", "unblock", "blocks", "nick", "own-sessions", "end-session", "create-room", "room-roles", "report", "edit", "retract", "react", "pin", "pins", "thread-messages", "reactions", "mark-read", "unread", "search",
            .. OfRoomRoles],
        ["member"] = ["account", "change-password", "create-token", "tokens", "revoke-token", "invite", "invitations", "revoke-invitation", "delete-account"],
        ["admin"] = ["sessions", "status", "kick", "ban", "unban", "bans", "tell", "broadcast", "accounts", "create-account", "change-account", "audit"],
        ["owner"] = ["verify", "accept-time", "trace", "configuration", "reload", "shutdown"],
        ["local"] = ["backup", "export", "import"],
    };

    private static readonly Dictionary<TokenScopes, string[]> OfScopes = new()
    {
        [TokenScopes.Read] = ["open", "join", "leave", "rooms", "members", "history", "room-roles", "pins", "thread-messages", "reactions", "mark-read", "unread", "search"],
        [TokenScopes.Post] = ["open", "post", "create-room", "edit", "retract", "react", "pin"],
        [TokenScopes.Observe] = ["sessions", "status", "audit"],
        [TokenScopes.Moderate] = ["kick", "ban", "unban", "bans", "retract", .. OfRoomRoles],
        [TokenScopes.Announce] = ["tell", "broadcast"],
        [TokenScopes.Operate] = ["verify", "retain", "accept-time", "trace", "configuration", "reload", "shutdown"],
        [TokenScopes.Accounts] = ["accounts"],
        [TokenScopes.Profile] = ["nick", "block", "unblock", "blocks", "own-sessions", "end-session", "report"],
        [TokenScopes.Manage] = ["accounts", "create-account", "change-account"],
    };

    /// <summary>Requests that everybody may make, logged in or not.</summary>
    private static readonly string[] OfAnybody = ["hello", "login", "register", "ping", "quit"];

    /// <summary>Requests about an account, which take another right where they name somebody else's.</summary>
    private static readonly string[] OfOthers = ["account", "tokens", "revoke-token", "delete-account"];

    /// <summary>What the admin socket has no account of its own for.</summary>
    private static readonly string[] OfOwnAccount = ["account", "change-password", "create-token", "tokens", "revoke-token", "invite", "delete-account"];

    public static TheoryData<string> Users => ["guest", "member", "admin", "owner", "local"];

    public static TheoryData<TokenScopes> Scopes => [.. OfScopes.Keys];

    [Fact]
    public void Each_verb_has_its_place_in_the_tables() => Assert.Equal(
        Registry.Messages.Where(m => m.Kind == "request").Select(m => m.Name).Order(),
        OfRoles.Values.SelectMany(verbs => verbs).Concat(OfAnybody).Order());

    [Spec("CP-ACC-034", "CP-ADM-002")]
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Users))]
    public async Task A_role_may_what_its_table_says_and_nothing_else(string user)
    {
        await Task.Yield();
        var allowed = OfRoles.TakeWhile(pair => pair.Key != user).Append(new(user, OfRoles[user])).SelectMany(pair => pair.Value).Concat(OfAnybody).ToHashSet();
        if (user == "local")
            allowed.ExceptWith(OfOwnAccount);
        foreach (var verb in Registry.Messages.Where(m => m.Kind == "request").Select(m => m.Name))
            Assert.Equal((verb, allowed.Contains(verb)), (verb, !IsDenied(LogInAs(user), verb)));
    }

    [Spec("CP-ACC-022")]
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Scopes))]
    public async Task A_token_of_an_owner_may_what_its_scope_says_and_nothing_else(TokenScopes scope)
    {
        await Task.Yield();
        foreach (var verb in Registry.Messages.Where(m => m.Kind == "request").Select(m => m.Name).Except(OfAnybody))
        {
            var isAllowed = OfScopes[scope].Contains(verb) || verb is "account" || scope is TokenScopes.Accounts or TokenScopes.Manage && verb is "invitations" || scope == TokenScopes.Manage && verb is "revoke-invitation";
            Assert.Equal((verb, isAllowed), (verb, !IsDenied(LogInByToken(AccountRole.Owner, scope), verb)));
        }
    }

    [Spec("CP-ACC-022")]
    [Theory(Timeout = 120_000)]
    [InlineData(AccountRole.Member, "member")]
    [InlineData(AccountRole.Admin, "admin")]
    public async Task A_token_for_everything_may_no_more_than_its_account(AccountRole role, string user)
    {
        await Task.Yield();
        var ofAccount = OfRoles.TakeWhile(pair => pair.Key != user).Append(new(user, OfRoles[user])).SelectMany(pair => pair.Value).ToHashSet();
        foreach (var verb in OfScopes.Values.SelectMany(verbs => verbs).Distinct())
            Assert.Equal((verb, ofAccount.Contains(verb)), (verb, !IsDenied(LogInByToken(role, TokenScopes.All), verb)));
    }

    [Spec("CP-ACC-010", "CP-ACC-013", "CP-ACC-014", "CP-ACC-020", "CP-ACC-034")]
    [Theory(Timeout = 60_000)]
    [InlineData("member", false)]
    [InlineData("admin", true)]
    [InlineData("local", true)]
    public async Task An_account_of_somebody_else_is_an_admins_affair(string user, bool isAllowed)
    {
        await Task.Yield();
        foreach (var verb in OfOthers)
        {
            var bench = new HubBench();
            bench.LogInAs("other", AccountRole.Member);
            Func<ulong, Request> request = verb switch
            {
                "account" => id => new Account(id, "other"),
                "tokens" => id => new Tokens(id, 0, "other"),
                "revoke-token" => id => new RevokeToken(id, 1, "other"),
                _ => id => new DeleteAccount(id, null, "other"),
            };
            Assert.Equal((verb, isAllowed), (verb, !IsDenied(LogInAs(user, bench), request)));
        }
    }

    [Spec("CP-ACC-033", "CP-ACC-035")]
    [Fact]
    public void Nobody_acts_on_one_who_is_not_below_and_gives_no_role_that_is_not()
    {
        var roles = new[] { AccountRole.Member, AccountRole.Admin, AccountRole.Owner };
        foreach (var actor in (AccountRole[])[AccountRole.Admin, AccountRole.Owner])
            foreach (var target in roles)
            {
                var bench = new HubBench();
                var one = bench.LogInAs("actor", actor);
                bench.LogInAs("target", target);
                var token = bench.LogInByPassword("target").CreateToken(TokenScopes.Read).Token;
                Func<ulong, Request>[] requests =
                [
                    id => new RevokeToken(id, token, "target"), id => new ChangeAccount(id, "target", null, null, HubClient.PasswordOf("new")), id => new ChangeAccount(id, "target", 1, null, null),
                    id => new ChangeAccount(id, "target", null, 1, null), id => new Kick(id, null, "target", ""), id => new Ban(id, "target", null, null, null, "", true, false),
                    id => new DeleteAccount(id, null, "target"),
                ];
                Assert.All(requests, request => Assert.Equal(target < actor, !IsDenied((bench, one), id => request(id), isSilent: true)));
                foreach (var role in roles)
                    Assert.Equal(role < actor, !IsDenied((bench, one), id => new CreateAccount(id, "new-" + ((int)role).ToString(CultureInfo.InvariantCulture), (int)role, HubClient.PasswordOf("x"))));
            }
    }

    [Spec("CP-ACC-022", "CP-ACC-033")]
    [Theory]
    [InlineData(AccountRole.Member)]
    [InlineData(AccountRole.Admin)]
    [InlineData(AccountRole.Owner)]
    public void A_token_to_manage_accounts_acts_on_those_below_its_account_and_never_on_its_own(AccountRole role)
    {
        foreach (var target in (AccountRole[])[AccountRole.Member, AccountRole.Admin, AccountRole.Owner])
        {
            var (bench, bot) = LogInByToken(role, TokenScopes.Manage);
            bench.LogInAs("target", target);
            var isAllowed = role > AccountRole.Member && target < role;
            Func<ulong, Request>[] requests =
            [
                id => new CreateAccount(id, "new", (int)target, HubClient.PasswordOf("x")), id => new ChangeAccount(id, "target", null, null, HubClient.PasswordOf("new")),
                id => new ChangeAccount(id, "target", null, 1, null), id => new DeleteAccount(id, null, "target"),
            ];
            Assert.All(requests, request => Assert.Equal(isAllowed, !IsDenied((bench, bot), request)));
        }
        var (own, one) = LogInByToken(role, TokenScopes.All);
        Func<ulong, Request>[] ofItself =
        [
            id => new ChangeAccount(id, "asker", null, null, HubClient.PasswordOf("new")), id => new ChangeAccount(id, "asker", 1, null, null), id => new ChangeAccount(id, "asker", null, 1, null),
            id => new DeleteAccount(id, null, "asker"), id => new DeleteAccount(id, HubClient.PasswordOf("asker"), null), id => new ChangePassword(id, HubClient.PasswordOf("asker"), HubClient.PasswordOf("new")),
            id => new CreateToken(id, "another", 1, [], null), id => new Invite(id, 1, 1, null),
        ];
        Assert.All(ofItself, request => Assert.True(IsDenied((own, one), request)));
    }

    [Spec("CP-ACC-033")]
    [Fact]
    public void The_last_owner_cannot_delete_its_account_and_the_admin_socket_makes_another()
    {
        var bench = new HubBench();
        var owner = bench.LogInAs("owner", AccountRole.Owner);
        bench.Restart();
        owner = bench.LogInByPassword("owner");
        Assert.Equal(ErrorCode.Denied, owner.Refused(id => new DeleteAccount(id, HubClient.PasswordOf("owner"), null)));
        bench.LogInAs("second", AccountRole.Owner);
        owner.Ask<Ok>(id => new DeleteAccount(id, HubClient.PasswordOf("owner"), null));
        Assert.Equal(["second"], bench.LogInAdmin().Ask<AccountList>(id => new Accounts(id, 0)).Items.Select(item => item.Name));
    }

    [Spec("CP-ACC-031")]
    [Fact]
    public void Accounts_are_listed_by_ascending_principal_whether_they_are_there_or_not()
    {
        var bench = new HubBench();
        bench.LogInAs("ann", AccountRole.Member).Disconnect();
        bench.LogIn("guest");
        var boss = bench.LogInAs("boss", AccountRole.Owner);
        bench.Restart();
        boss = bench.LogInByPassword("boss");

        var items = boss.Ask<AccountList>(id => new Accounts(id, 0)).Items;
        Assert.Equal([("ann", 1, 0ul), ("boss", 3, 1ul)], items.Select(item => (item.Name, item.Role, item.Sessions)));
        Assert.Equal(["boss"], boss.Ask<AccountList>(id => new Accounts(id, items[0].Principal)).Items.Select(item => item.Name));
    }

    /// <summary>Those about an account name nobody: they are about the asker's own.</summary>
    private static bool IsDenied((HubBench Bench, HubClient Client) asker, string verb) => IsDenied(asker, id => Samples.Request(verb)(id) switch
    {
        Account account => account with { Name = null },
        Tokens tokens => tokens with { Name = null },
        RevokeToken revoke => revoke with { Name = null },
        // Of a room that is not there: in one that is, its role would count.
        Erase erase => erase with { Room = NoRoom },
        Purge purge => purge with { Room = NoRoom },
        Retain retain => retain with { Room = NoRoom },
        RemoveRoom remove => remove with { Room = NoRoom },
        ChangeRoom change => change with { Room = NoRoom },
        SetRole set => set with { Room = NoRoom },
        Restrict restrict => restrict with { Room = NoRoom },
        Trace trace => trace with { Bodies = false },
        var other => other,
    });

    private static bool IsDenied((HubBench Bench, HubClient Client) asker, Func<ulong, Request> request, bool isSilent = false)
    {
        var id = asker.Client.Send(request);
        asker.Bench.Settle();
        Assert.True(isSilent || asker.Client.AnswerTo(id) is not null);
        return (asker.Client.AnswerTo(id) as Error)?.Reason == ErrorCode.Denied;
    }

    private static (HubBench, HubClient) LogInAs(string user, HubBench? bench = null)
    {
        bench ??= new HubBench();
        return (bench, user switch
        {
            "guest" => bench.LogIn("asker"),
            "local" => bench.LogInAdmin(),
            _ => bench.LogInAs("asker", Enum.Parse<AccountRole>(user, ignoreCase: true)),
        });
    }

    private static (HubBench, HubClient) LogInByToken(AccountRole role, TokenScopes scopes)
    {
        var bench = new HubBench();
        return (bench, bench.LogInByToken(bench.LogInAs("asker", role).CreateToken(scopes).Secret));
    }
}
