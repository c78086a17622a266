using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>
/// Every verb about a room, asked by everybody whose right there differs, in every kind of room: the table of spec/16-room-roles.md, run
/// whole. A new verb about a room has to have its place here.
/// </summary>
[OneTry]
public sealed class RoomRightsTests
{
    private const string Read = "read", Post = "post", Moderate = "moderate", Own = "own", Role = "role", Leave = "leave", Author = "author";

    /// <summary>The right that each verb about a room takes.</summary>
    private static readonly Dictionary<string, string> RightOf = new()
    {
        ["open"] = Read,
        ["join"] = Read,
        ["history"] = Read,
        ["search (here)"] = Read,
        ["members"] = Read,
        ["room-roles"] = Read,
        ["report"] = Read,
        ["mark-read"] = Read,
        ["post"] = Post,
        ["edit"] = Author,
        ["react"] = Post,
        ["retract"] = Moderate,
        ["pin"] = Moderate,
        ["pins"] = Read,
        ["thread-messages"] = Read,
        ["reactions"] = Read,
        ["leave"] = Leave,
        ["erase"] = Moderate,
        ["purge (here)"] = Moderate,
        ["restrict"] = Moderate,
        ["set-role"] = Role,
        ["change-room"] = Moderate,
        ["change-room (rules)"] = Own,
        ["retain"] = Own,
        ["remove-room"] = Own,
    };

    private static readonly string[] Askers = ["banned", "muted", "stranger", "member", "muted member", "moderator", "owner", "admin", "server owner", "admin socket"];

    private static readonly string[] Kinds = ["public", "moderated", "archived", "by invitation", "private"];

    public static MatrixTheoryData<string, string> Cells => new(Askers, Kinds);

    [Fact]
    public void Each_verb_about_a_room_has_its_place_in_the_table()
    {
        var ofRooms = Registry.Messages.Where(m => m.Kind == "request" && (m.Fields.Any(field => field.Name == "room" && !field.Optional) || m.Name is "open" or "join")).Select(m => m.Name);
        Assert.Equal(ofRooms.Order(), RightOf.Keys.Where(verb => !verb.Contains('(', StringComparison.Ordinal)).Order());
    }

    [Spec("CP-ROL-002", "CP-ROL-014", "CP-ROL-020", "CP-ROL-030", "CP-ROL-031", "CP-ROM-006")]
    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Cells))]
    public async Task Everybody_may_in_a_room_what_the_table_says_and_nothing_else(string asker, string kind)
    {
        await Task.Yield();
        foreach (var (verb, right) in RightOf)
        {
            var bench = new HubBench();
            var (client, room) = Prepare(bench, asker, kind);
            var id = client.Send(Request(verb, room, kind));
            bench.Settle();
            Assert.Equal((verb, Expected(asker, kind, right, verb)), (verb, Outcome(client.AnswerTo(id)!)));
        }
    }

    /// <summary>What the spec says: <c>null</c> for allowed.</summary>
    private static ErrorCode? Expected(string asker, string kind, string right, string verb)
    {
        var isAdmin = asker is "admin" or "server owner" or "admin socket";
        if (right == Author)
            return Expected(asker, kind, Post, verb) ?? ErrorCode.Denied;
        if (right == Leave)
            return ErrorCode.NotJoined;
        if (kind == "private" && isAdmin && (verb is "erase" or "purge (here)" or "remove-room" || verb is "retain" && asker != "admin"))
            return null;
        if (kind == "private" || kind == "by invitation" && asker is "banned" or "muted" or "stranger" && !(kind == "by invitation" && asker == "muted"))
            return kind == "private" || kind == "by invitation" ? ErrorCode.NoSuchRoom : null;
        if (kind == "by invitation" && asker == "muted")
            return ErrorCode.NoSuchRoom;
        if (asker == "banned")
            return ErrorCode.BannedFromRoom;
        if (right == Read)
            return null;
        if (asker is "muted" or "muted member")
            return ErrorCode.Muted;
        if (right == Post)
            return kind == "archived" ? ErrorCode.RoomArchived : kind == "moderated" && asker == "stranger" ? ErrorCode.Muted : null;
        return isAdmin || asker == "owner" || asker == "moderator" && right is Moderate or Role && asker == "moderator" ? null : ErrorCode.Denied;
    }

    private static ErrorCode? Outcome(Frame answer) => (answer as Error)?.Reason;

    /// <summary>A room of this kind with one entry, and somebody who is this in it.</summary>
    private static (HubClient Client, ulong Room) Prepare(HubBench bench, string asker, string kind)
    {
        var owner = bench.LogIn("creator");
        bench.LogIn("target");
        var other = bench.LogIn("peer");
        var room = kind switch
        {
            "private" => owner.Open("@peer").Room,
            "by invitation" => owner.Ask<RoomInfo>(id => new CreateRoom(id, RoomKind.ByInvitation, "tea", "")).Room,
            _ => owner.Open("tea").Room,
        };
        owner.Say(room, "the first entry");
        var client = asker switch
        {
            "admin" => bench.LogInAs("asker", AccountRole.Admin),
            "server owner" => bench.LogInAs("asker", AccountRole.Owner),
            "admin socket" => bench.LogInAdmin(),
            _ => bench.LogIn("asker"),
        };
        if (kind == "private")
            return (client, room);
        if (asker is "member" or "muted member" or "moderator" or "owner")
            owner.Ask<Posted>(id => new SetRole(id, room, "asker", asker switch { "moderator" => RoomRole.Moderator, "owner" => RoomRole.Owner, _ => RoomRole.Member }, ""));
        if (asker is "muted" or "muted member")
            owner.Ask<Posted>(id => new Restrict(id, room, "asker", RoomRestriction.Muted, null, ""));
        if (asker == "banned")
            owner.Ask<Posted>(id => new Restrict(id, room, "asker", RoomRestriction.Banned, null, ""));
        if (kind == "moderated")
            owner.Ask<Posted>(id => new ChangeRoom(id, room, null, null, 1, null, null));
        if (kind == "archived")
            owner.Ask<Posted>(id => new ChangeRoom(id, room, null, null, null, 1, null));
        return (client, room);
    }

    /// <summary>The first message: a room by invitation begins with an entry that tells who made it.</summary>
    private static ulong Said(string kind) => kind == "by invitation" ? 2UL : 1;

    private static Func<ulong, Request> Request(string verb, ulong room, string kind) => verb switch
    {
        "open" => id => new Open(id, $"{room}", false),
        "join" => id => new Join(id, $"#{room}", PresenceMode.None, null, null),
        "history" => id => new History(id, room, 10, null, null),
        "search (here)" => id => new Search(id, "entry", 10, room),
        "members" => id => new Members(id, room, 0),
        "room-roles" => id => new RoomRoles(id, room, 0),
        "post" => id => new Post(id, room, "hello", null),
        "edit" => id => new Edit(id, room, Said(kind), "another text"),
        "react" => id => new React(id, room, Said(kind), "👍"),
        "retract" => id => new Retract(id, room, Said(kind)),
        "pin" => id => new Pin(id, room, Said(kind)),
        "pins" => id => new Pins(id, room),
        "thread-messages" => id => new ThreadMessages(id, room, 1),
        "reactions" => id => new Reactions(id, room, 1),
        "leave" => id => new Leave(id, room),
        "erase" => id => new Erase(id, room, 1),
        "purge (here)" => id => new Purge(id, "target", 1000, room, false),
        "mark-read" => id => new MarkRead(id, room, 1),
        "report" => id => new Report(id, room, 1, ""),
        "restrict" => id => new Restrict(id, room, "target", RoomRestriction.Muted, null, ""),
        "set-role" => id => new SetRole(id, room, "target", RoomRole.Member, ""),
        "change-room" => id => new ChangeRoom(id, room, null, $"a topic in a {kind} room", null, null, null),
        "change-room (rules)" => id => new ChangeRoom(id, room, null, null, null, null, 1000),
        "retain" => id => new Retain(id, room, false, null, null, null),
        "remove-room" => id => new RemoveRoom(id, room),
        _ => throw new InvalidOperationException($"Nothing is asked by {verb}."),
    };
}
