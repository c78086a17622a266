using CsCheck;

namespace ChatProtocol.Tests;

/// <summary>Any frame that a peer may send.</summary>
internal static class FrameGen
{
    private static readonly Gen<ulong> Int = Gen.Frequency(
        (2, Gen.ULong[0, 300]),
        (1, Gen.OneOf<ulong>(0, 127, 128, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL << 32, Limits.MaxInteger)),
        (2, Gen.ULong[0, Limits.MaxInteger]));

    private static readonly Gen<int> Int31 = Gen.Frequency((3, Gen.Int[0, 300]), (1, Gen.Int[0, int.MaxValue]));

    private static readonly Gen<long> Span = Int.Select(i => (long)i);

    private static readonly Gen<ulong?> OptionalInt = Gen.Nullable(Int);

    private static readonly Gen<long?> OptionalSpan = Gen.Nullable(Span);

    private static readonly Gen<string> Letter = Gen.OneOf("a", "Z", "-", "\0", "\n", "é", "ß", "世", "\u202e", "👋", "\U0010ffff");

    private static readonly Gen<string> Name = Letters(16);

    private static readonly Gen<string> Reason = Letters(64);

    private static readonly Gen<Text> Text = Letters(300).Select(s => new Text(s));

    private static readonly Gen<ReadOnlyMemory<byte>> Id = Gen.Byte.Array[16].Select(b => (ReadOnlyMemory<byte>)b);

    private static readonly Gen<ReadOnlyMemory<byte>> Secret = Gen.Byte.Array[0, 300].Select(b => (ReadOnlyMemory<byte>)b);

    private static readonly Gen<ReadOnlyMemory<byte>?> Publisher = Gen.Nullable(Id);

    private static readonly Gen<Limits> Allowed = Gen.Select(Int31, Int31, Int31, (frame, text, page) => new Limits { Frame = frame, Text = text, Page = page });

    private static readonly Gen<IReadOnlyList<PresentUser>> Present = List(Gen.Select(Int, Name, (p, n) => new PresentUser(p, n)));

    private static readonly Gen<string[]> Capabilities = Name.Array[0, 20];

    private static readonly Gen<SessionListItem> Session = Gen.Select(Int, Name, Reason, Name, Int, Int, Int, Int,
        (session, name, address, transport, rooms, since, idle, queued) => new SessionListItem(session, name, address, transport, rooms, since, idle, queued));

    private static readonly Gen<RoomListItem> Room = Gen.Select(Int, Int31, Name, Int, Int, Int,
        (room, kind, name, head, members, time) => new RoomListItem(room, (RoomKind)kind, name, head, members, time));

    private static readonly Gen<MemberListItem> Member = Gen.Select(Int, Name, Int, (p, n, s) => new MemberListItem(p, n, s));

    private static readonly Gen<BlockListItem> Blocked = Gen.Select(Int, Name, (p, n) => new BlockListItem(p, n));

    private static readonly Gen<BanListItem> Banned = Gen.Select(Int, Int, Name, Int, Reason, Name, Int,
        (ban, principal, subject, until, reason, by, made) => new BanListItem(ban, principal, subject, until, reason, by, made));

    private static readonly Gen<Frame>[] FromClients =
    [
        Gen.Select(Int, Int31, Int31, Capabilities, Name, (id, major, minor, capabilities, agent) => (Frame)new Hello(id, major, minor, capabilities, agent)),
        Gen.Select(Int, Name, Int31, Secret, Publisher, Gen.Bool, OptionalInt, (id, name, kind, secret, publisher, inbox, window) =>
            (Frame)new Login(id, name, (CredentialKind)kind, secret, publisher, inbox, window)),
        Gen.Select(Int, Name, Int31, OptionalInt, OptionalInt, (id, name, presence, after, epoch) => (Frame)new Join(id, name, (PresenceMode)presence, after, epoch)),
        Gen.Select(Int, Int, (id, room) => (Frame)new Leave(id, room)),
        Gen.Select(Int, Int, Text, OptionalInt, (id, room, text, counter) => (Frame)new Post(id, room, text, counter)),
        Gen.Select(Int, Name, Gen.Bool, (id, name, create) => (Frame)new Open(id, name, create)),
        Gen.Select(Int, Int, Int31, OptionalInt, OptionalInt, OptionalInt, OptionalInt,
            (id, room, count, before, after, since, until) => (Frame)new History(id, room, count, before, after, since, until)),
        Gen.Select(Int, Int, (id, after) => (Frame)new Rooms(id, after)),
        Gen.Select(Int, Int, Int, (id, room, after) => (Frame)new Members(id, room, after)),
        Gen.Select(Int, Name, (id, name) => (Frame)new Nick(id, name)),
        Int.Select(id => (Frame)new Quit(id)),
        Int.Select(id => (Frame)new Ping(id)),
        Int.Select(id => (Frame)new Pong(id)),
        Gen.Select(Int, Int, (room, bytes) => (Frame)new Taken(room, bytes)),
        Gen.Select(Int, Int, (id, after) => (Frame)new Sessions(id, after)),
        Gen.Select(Int, OptionalInt, Gen.Null(Name), Reason, (id, session, name, reason) => (Frame)new Kick(id, session, name, reason)),
        Gen.Select(Int, Name, Text, (id, name, text) => (Frame)new Tell(id, name, text)),
        Gen.Select(Int, Text, (id, text) => (Frame)new Broadcast(id, text)),
        Int.Select(id => (Frame)new Status(id)),
        Int.Select(id => (Frame)new Verify(id)),
        Int.Select(id => (Frame)new AcceptTime(id)),
        Gen.Select(Int, Int, Int, (id, room, seq) => (Frame)new Erase(id, room, seq)),
        Gen.Select(Int, Int, Gen.Bool, OptionalInt, OptionalInt, OptionalInt, Gen.Bool, (id, room, change, age, count, bytes, dryRun) => (Frame)new Retain(id, room, change, age, count, bytes, dryRun)),
        Gen.Select(Int, Name, (id, path) => (Frame)new Backup(id, path)),
        Gen.Select(Int, Span, Reason, OptionalSpan, (id, grace, reason, back) => (Frame)new Shutdown(id, grace, reason, back)),
        Gen.Select(Int, Name, (id, name) => (Frame)new Block(id, name)),
        Gen.Select(Int, Name, (id, name) => (Frame)new Unblock(id, name)),
        Gen.Select(Int, Int, (id, after) => (Frame)new Blocks(id, after)),
        Gen.Select(Int, Gen.Null(Name), Gen.Null(Name), OptionalInt, OptionalInt, Reason, Gen.Bool, Gen.Bool,
            (id, name, address, session, span, reason, dryRun, force) => (Frame)new Ban(id, name, address, session, span, reason, dryRun, force)),
        Gen.Select(Int, OptionalInt, Gen.Null(Name), Gen.Null(Name), (id, ban, name, address) => (Frame)new Unban(id, ban, name, address)),
        Gen.Select(Int, Int, (id, after) => (Frame)new Bans(id, after)),
        Gen.Select(Int, Int, (id, room) => (Frame)new RemoveRoom(id, room)),
    ];

    private static readonly Gen<Frame>[] FromServers =
    [
        Gen.Select(Int, Int31, Capabilities, Id, Name, Allowed, Int31, Span, (id, minor, capabilities, server, agent, limits, durability, time) =>
            (Frame)new Welcome(id, 1, minor, capabilities, server, agent, limits, (Durability)durability, time)),
        Gen.Select(Int, Int, Present, Present, (room, count, arrived, left) => (Frame)new Presence(room, count, arrived, left)),
        Int.Select(id => (Frame)new Ok(id)),
        Int.Select(id => (Frame)new Ping(id)),
        Int.Select(id => (Frame)new Pong(id)),
        Gen.Select(Int, Int, (room, head) => (Frame)new Lag(room, head)),
        Gen.Select(Int, Int, Int, Int31, (room, first, last, why) => (Frame)new Gap(room, first, last, (GapReason)why)),
        Gen.Select(Int, Int, (room, seq) => (Frame)new Erased(room, seq)),
        Gen.Select(Int, Int, OptionalInt, OptionalInt, OptionalInt, OptionalInt, (id, oldest, age, count, bytes, entries) => (Frame)new Retention(id, oldest, age, count, bytes, entries)),
        Gen.Select(OptionalInt, Int31, Reason, OptionalSpan, OptionalInt, Gen.Null(Name), (id, code, text, after, value, field) => (Frame)new Error(id, (ErrorCode)code, text, after, value, field)),
        Gen.Select(Span, Text, (time, text) => (Frame)new Notice(time, text)),
        Name.Select(name => (Frame)new Renamed(name)),
        Gen.Select(Int, Int, Int, Name, OptionalInt, (id, session, principal, name, window) => (Frame)new LoggedIn(id, session, principal, name, window)),
        Gen.Select(Int, Int, Name, Int, Int, Int, (room, peer, name, epoch, first, cursor) => (Frame)new PrivateRoom(room, peer, name, epoch, first, cursor)),
        Gen.Select(Int, Int31, Name, Int, Int, Int, Int, OptionalInt, (id, kind, name, epoch, first, head, cursor, peer) =>
            (Frame)new RoomInfo(id, id, (RoomKind)kind, name, epoch, first, head, cursor, peer)),
        Gen.Select(Int, OptionalInt, OptionalInt, (id, seq, time) => (Frame)new Posted(id, seq, time)),
        Gen.Select(Int, Int, Int, Int, Name, Text, (room, seq, time, from, name, text) => (Frame)new Message(room, seq, time, from, name, text)),
        Gen.Select(Int, Int, Int, Int31, Int, Gen.Bool, Int31, (id, room, epoch, count, head, more, gaps) => (Frame)new Page(id, room, epoch, count, head, more, gaps)),
        Gen.Select(Int, List(Room), Gen.Bool, (id, items, more) => (Frame)new RoomList(id, items, more)),
        Gen.Select(Int, List(Member), Gen.Bool, (id, items, more) => (Frame)new MemberList(id, items, more)),
        Gen.Select(Int, List(Session), Gen.Bool, (id, items, more) => (Frame)new SessionList(id, items, more)),
        Gen.Select(Int, Int, Int, Int, (id, segments, entries, damaged) => (Frame)new Verified(id, segments, entries, damaged)),
        Gen.Select(Int, Name, Span, Int, Int, Int, OptionalInt, (id, agent, started, sessions, rooms, posts, free) => (Frame)new StatusReport(id, agent, started, sessions, rooms, posts, posts, free, free)),
        Gen.Select(Int31, Reason, OptionalSpan, (why, reason, back) => (Frame)new Bye((ByeCode)why, reason, back)),
        Gen.Select(Int, List(Blocked), Gen.Bool, (id, items, more) => (Frame)new BlockList(id, items, more)),
        Gen.Select(Int, List(Banned), Gen.Bool, OptionalInt, (id, items, more, hit) => (Frame)new BanList(id, items, more, hit)),
        Int.Select(room => (Frame)new RoomRemoved(room)),
    ];

    public static Gen<Frame> From(Direction direction) => Gen.OneOf(direction == Direction.ToServer ? FromClients : FromServers);

    /// <summary>A frame and whose it is.</summary>
    public static Gen<(Frame Frame, Direction Direction)> Any { get; } = Gen.OneOf(
        From(Direction.ToServer).Select(f => (f, Direction.ToServer)),
        From(Direction.ToClient).Select(f => (f, Direction.ToClient)));

    /// <summary>Every code that the generators make, to see that none is forgotten.</summary>
    public static IEnumerable<(FrameCode Code, Direction Direction)> Codes =>
        FromClients.Select(g => (g.Single().Code, Direction.ToServer)).Concat(FromServers.Select(g => (g.Single().Code, Direction.ToClient)));

    private static Gen<string> Letters(int most) => Letter.Array[0, most].Select(string.Concat);

    private static Gen<IReadOnlyList<T>> List<T>(Gen<T> item) => item.Array[0, 20].Select(a => (IReadOnlyList<T>)a);
}
