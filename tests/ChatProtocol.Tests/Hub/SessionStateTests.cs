using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

[Spec("CP-STA-001")]
public sealed class SessionStateTests
{
    /// <summary>Refusals that say nothing of what was asked.</summary>
    private static readonly ErrorCode?[] OfStates = [ErrorCode.WrongState, ErrorCode.ShuttingDown, ErrorCode.UnknownCode, ErrorCode.Denied];

    public static TheoryData<string, string, string> Cells =>
        [.. StateTable.Cells.Select(cell => new TheoryDataRow<string, string, string>(cell.Request, cell.State, cell.Outcome))];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Each_request_gets_in_each_state_what_the_table_says(string request, string state, string outcome)
    {
        var bench = new HubBench();
        var client = InState(bench, state, Registry.Messages.SingleOrDefault(m => m.Name == request)?.Asker);
        client.Received.Clear();

        Send(client, request);
        bench.Settle();

        Assert.Equal(request is "quit" ? state != "closed" : outcome.StartsWith("refuse-and-close", StringComparison.Ordinal), client.IsClosed && state != "closed");
        var reason = (client.Received.Find(f => f is Reply or Error) as Error)?.Reason;
        Assert.Equal(Expected(outcome), OfStates.Contains(reason) ? reason : null);
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

    private static HubClient InState(HubBench bench, string state, string? asker)
    {
        var client = state switch
        {
            "open" => bench.Connect(),
            "greeted" => bench.Greet(),
            _ when asker is "account" => bench.LogInAs("ann", AccountRole.Owner),
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
            client.Send(Samples.Request(request));
    }

    private static ErrorCode? Expected(string outcome) => outcome switch
    {
        "handle" or "ignore" => null,
        _ when outcome.EndsWith("(wrong-state)", StringComparison.Ordinal) => ErrorCode.WrongState,
        _ when outcome.EndsWith("(shutting-down)", StringComparison.Ordinal) => ErrorCode.ShuttingDown,
        _ when outcome.EndsWith("(unknown-code)", StringComparison.Ordinal) => ErrorCode.UnknownCode,
        _ => throw new ArgumentException($"The table says {outcome}.", nameof(outcome)),
    };
}
