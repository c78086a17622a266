using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

[Spec("CP-STA-001")]
public sealed class SessionStateTests
{
    private static readonly byte[] Key = new byte[32];

    private static readonly Dictionary<string, Func<ulong, Request>> Requests = new()
    {
        ["hello"] = id => new Hello(id, 1, 1, [], "test"),
        ["login"] = id => new Login(id, "ann", CredentialKind.GuestKey, Key, null, false),
        ["join"] = id => new Join(id, "tea", PresenceMode.None, null, null),
        ["leave"] = id => new Leave(id, 1),
        ["post"] = id => new Post(id, 1, "hi", null),
        ["open"] = id => new Open(id, "tea", true),
        ["history"] = id => new History(id, 1, 10, null, null),
        ["rooms"] = id => new Rooms(id, 0),
        ["members"] = id => new Members(id, 1, 0),
        ["nick"] = id => new Nick(id, "bob"),
        ["quit"] = id => new Quit(id),
        ["ping"] = id => new Ping(id),
        ["sessions"] = id => new Sessions(id, 0),
        ["kick"] = id => new Kick(id, null, "somebody", ""),
        ["tell"] = id => new Tell(id, "somebody", "hi"),
        ["broadcast"] = id => new Broadcast(id, "hi"),
        ["status"] = id => new Status(id),
        ["backup"] = id => new Backup(id, "relative"),
        ["verify"] = id => new Verify(id),
        ["erase"] = id => new Erase(id, 1, 1),
        ["retain"] = id => new Retain(id, 1, false, null, null, null),
        ["accept-time"] = id => new AcceptTime(id),
        ["block"] = id => new Block(id, "somebody"),
        ["unblock"] = id => new Unblock(id, "somebody"),
        ["blocks"] = id => new Blocks(id, 0),
        ["ban"] = id => new Ban(id, "somebody", null, null, null, "", false, false),
        ["unban"] = id => new Unban(id, 1, null, null),
        ["bans"] = id => new Bans(id, 0),
        ["remove-room"] = id => new RemoveRoom(id, 99),
        ["shutdown"] = id => new Shutdown(id, 1000, "", null),
    };

    // An admin may neither be renamed nor is it in a room or anybody's peer: these are handled, by a refusal of their own.
    private static readonly Dictionary<string, ErrorCode> Handled = new()
    {
        ["leave"] = ErrorCode.NotJoined,
        ["nick"] = ErrorCode.BadName,
        ["kick"] = ErrorCode.NoSuchUser,
        ["tell"] = ErrorCode.NoSuchUser,
        ["backup"] = ErrorCode.InvalidValue,
        ["erase"] = ErrorCode.NoSuchEntry,
        ["block"] = ErrorCode.NoSuchUser,
        ["unblock"] = ErrorCode.NoSuchUser,
        ["ban"] = ErrorCode.NoSuchUser,
        ["unban"] = ErrorCode.NoSuchBan,
        ["remove-room"] = ErrorCode.NoSuchRoom,
    };

    public static TheoryData<string, string, string> Cells =>
        [.. StateTable.Cells.Select(cell => new TheoryDataRow<string, string, string>(cell.Request, cell.State, cell.Outcome))];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_request_gets_in_each_state_what_the_table_says(string request, string state, string outcome)
    {
        var bench = new HubBench();
        var client = InState(bench, state);
        client.Received.Clear();

        Send(client, request);
        bench.Settle();

        Assert.Equal(request is "quit" ? state != "closed" : outcome.StartsWith("refuse-and-close", StringComparison.Ordinal), client.IsClosed && state != "closed");
        Assert.Equal(Expected(request, outcome), (client.Received.Find(f => f is Reply or Error) as Error)?.Reason);
        Assert.Equal(outcome == "ignore" || request is "pong" or "taken" ? 0 : 1, client.Received.Count(f => f is Reply or Error));
    }

    [Fact]
    public void A_frame_that_breaks_the_protocol_is_told_as_an_error_and_closes()
    {
        var bench = new HubBench();
        var client = bench.LogIn("ann");

        bench.Hub.Violate(client.Session, new ProtocolViolation(ErrorCode.Malformed, "name", 5, "no string"));

        Assert.True(client.IsClosed);
        var error = Assert.IsType<Error>(client.Last);
        Assert.Equal((null, ErrorCode.Malformed, "name"), (error.Id, error.Reason, error.Field));
    }

    [Spec("CP-SES-010")]
    [Fact]
    public void A_ping_is_answered_by_pong_with_its_id()
    {
        var client = new HubBench().Connect();

        Assert.Equal(new Pong(1), client.Ask<Pong>(id => new Ping(id)));
    }

    private static HubClient InState(HubBench bench, string state)
    {
        var client = state switch
        {
            "open" => bench.Connect(),
            "greeted" => bench.Greet(),
            _ => bench.LogInAdmin(),
        };
        if (state == "draining")
            bench.Hub.Drain(new ShutdownOrder(TimeSpan.FromSeconds(1), new Bye(ByeCode.Shutdown, "", null)));
        else if (state == "closed")
            client.Ask<Ok>(id => new Quit(id));
        return client;
    }

    private static void Send(HubClient client, string request)
    {
        if (request == "unknown")
            client.SendUnknown();
        else if (request == "pong")
            client.SendPong(1);
        else if (request == "taken")
            client.Take(room: 1, bytes: 0);
        else
            client.Send(Requests[request]);
    }

    private static ErrorCode? Expected(string request, string outcome) => outcome switch
    {
        "handle" => Handled.TryGetValue(request, out var reason) ? reason : null,
        "ignore" => null,
        _ when outcome.EndsWith("(wrong-state)", StringComparison.Ordinal) => ErrorCode.WrongState,
        _ when outcome.EndsWith("(shutting-down)", StringComparison.Ordinal) => ErrorCode.ShuttingDown,
        _ when outcome.EndsWith("(unknown-code)", StringComparison.Ordinal) => ErrorCode.UnknownCode,
        _ => throw new ArgumentException($"The table says {outcome}.", nameof(outcome)),
    };
}
