using System.Globalization;
using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The schema that the manual publishes: exactly these fields, in UTF-8 as it is.</summary>
public sealed class MachineOutputTests
{
    private const string Text = "你好 \"quoted\" \\ 👩‍👩‍👧 é";

    [Fact(Timeout = 60_000)]
    public async Task Messages_have_eight_fields_and_their_text_is_readable()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("安");
        await ann.SendAsync(Text, "--room", "茶馆");
        foreach (var command in new string[][] { ["history"], ["tail", "--last", "1", "--count", "1"] })
        {
            var read = (await ann.ChatAsync([.. command, "--room", "茶馆", "-o", "ndjson"])).Done();
            Assert.Contains("你好 \\\"quoted\\\" \\\\ 👩‍👩‍👧 é", read.Output, StringComparison.Ordinal);
            var message = Assert.Single(read.Objects);
            AssertFields(message, "room", "epoch", "seq", "time", "from", "principal", "kind", "text");
            Assert.Equal(("茶馆", 1UL, "安", "message", Text), (message.GetProperty("room").GetString(), message.GetProperty("seq").GetUInt64(),
                message.GetProperty("from").GetString(), message.GetProperty("kind").GetString(), message.GetProperty("text").GetString()));
            Assert.True(message.GetProperty("epoch").GetUInt64() > 0);
            Assert.True(message.GetProperty("principal").GetUInt64() >= PrincipalIds.FirstGuest);
            AssertNow(message.GetProperty("time"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Each_message_stored_has_a_receipt_of_four_fields()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        var receipts = (await ann.PipeAsync("one\ntwo\n", "send", "-", "-o", "ndjson")).Done().Objects;
        receipts = [.. receipts, .. (await ann.ChatAsync("send", "three", "-o", "ndjson")).Done().Objects];
        Assert.Equal([1UL, 2UL, 3UL], receipts.Select(r => r.GetProperty("seq").GetUInt64()));
        Assert.All(receipts, receipt =>
        {
            AssertFields(receipt, "room", "epoch", "seq", "time");
            Assert.Equal("lobby", receipt.GetProperty("room").GetString());
            AssertNow(receipt.GetProperty("time"));
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task Rooms_and_members_are_an_object_each()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("安");
        await ann.SendAsync("hello", "--room", "茶馆");
        await using var tail = ann.StartChat("tail");
        await installation.WaitForSessionsAsync("安", 1);

        var rooms = (await ann.ChatAsync("rooms", "-o", "ndjson")).Done().Objects;
        Assert.All(rooms, room => AssertFields(room, "room", "kind", "name", "head", "members", "time"));
        Assert.Equal([("lobby", 0, 1), ("茶馆", 1, 0)], rooms.Select(room =>
            (room.GetProperty("room").GetString(), room.GetProperty("head").GetInt32(), room.GetProperty("members").GetInt32())));
        Assert.Equal(JsonValueKind.Null, rooms[0].GetProperty("time").ValueKind);
        AssertNow(rooms[1].GetProperty("time"));

        var member = Assert.Single((await ann.ChatAsync("who", "-o", "ndjson")).Done().Objects);
        AssertFields(member, "name", "principal", "sessions");
        Assert.Equal(("安", 1), (member.GetProperty("name").GetString(), member.GetProperty("sessions").GetInt32()));
        Assert.True(member.GetProperty("principal").GetUInt64() > 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Chatctl_lists_are_one_array()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("安");
        await using var tail = ann.StartChat("tail");
        await installation.WaitForSessionsAsync("安", 1);

        var sessions = (await installation.ChatctlAsync("list", "-o", "json")).Done().Objects.Single().EnumerateArray().ToList();
        Assert.All(sessions, s => AssertFields(s, "schema", "id", "name", "address", "transport", "rooms", "since", "idle", "queued"));
        var session = Assert.Single(sessions, s => s.GetProperty("name").GetString() == "安");
        Assert.Equal(("tcp", 1, 0), (session.GetProperty("transport").GetString(), session.GetProperty("rooms").GetInt32(), session.GetProperty("queued").GetInt32()));
        Assert.StartsWith("127.0.0.1:", session.GetProperty("address").GetString(), StringComparison.Ordinal);
        AssertNow(session.GetProperty("since"));

        var rooms = (await installation.ChatctlAsync("rooms", "-o", "json")).Done().Objects.Single().EnumerateArray().ToList();
        var room = Assert.Single(rooms);
        AssertFields(room, "schema", "id", "room", "kind", "messages", "present", "last");
        Assert.Equal(("lobby", 0, 1), (room.GetProperty("room").GetString(), room.GetProperty("messages").GetInt32(), room.GetProperty("present").GetInt32()));
        Assert.Equal(JsonValueKind.Null, room.GetProperty("last").ValueKind);

        var status = Assert.Single((await installation.ChatctlAsync("status", "-o", "json")).Done().Objects.Single().EnumerateArray());
        AssertFields(status, "schema", "server", "started", "up", "sessions", "rooms", "posts", "queued", "free", "floor", "clock", "certificate", "certificate_end", "connections", "capacity", "delivered", "commits", "commit_time", "slowest_commit", "memory", "audit_head");
        AssertNow(status.GetProperty("started"));
        Assert.Equal(1, Assert.Single((await installation.ChatctlAsync("broadcast", "hello", "-o", "json")).Done().Objects.Single().EnumerateArray()).GetProperty("seq").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task Errors_are_an_object_on_standard_error()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        AssertError(await ann.ChatAsync("history", "--room", "没有", "-o", "ndjson"), 3, ErrorCode.NoSuchRoom, "there is no room called 没有");
        AssertError(await ann.ChatAsync("send", "--to", "nobody", "hi", "-o", "ndjson"), 3, ErrorCode.NoSuchUser, "nobody");
        AssertError(await ann.ChatAsync("send", "", "-o", "ndjson"), 1, ErrorCode.TextEmpty, "empty");
        AssertError(await installation.ChatctlAsync("kick", "999", "-o", "json"), 3, ErrorCode.NoSuchSession, "there is no connection 999");
        AssertError(await ann.ChatAsync("send", "--server", "unix:/nowhere", "hi", "-o", "ndjson"), 7, null, "unix:/nowhere", "not-sent");
        AssertError(await installation.ChatctlAsync("list", "--data", "/nowhere", "-o", "json"), 7, null, "/nowhere", "not-sent");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_post_whose_answer_never_came_is_told_as_unknown()
    {
        await using var installation = await Installation.StartAsync();
        await using var server = new ScriptedServer();
        var sending = installation.User("ann").ChatAsync("send", "hi", "--server", $"{server.Address}", "--retry-for", "0s", "-o", "ndjson");
        var peer = await server.AcceptAsync();
        await peer.WelcomeAsync(server.Limits);
        await peer.LogInAsync();
        await peer.AnswerAsync<Open>(open => new RoomInfo(open.Id, 5, RoomKind.Public, open.Name, 77, 1, 0, 0, null));
        await peer.ReceiveAsync<Post>();
        peer.Close();

        AssertError(await sending, 7, null, "the connection to the server was lost", "unknown");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_line_that_is_not_understood_has_no_outcome()
    {
        await using var installation = await Installation.StartAsync();
        AssertError(await installation.User("ann").ChatAsync("tail", "--last", "x", "-o", "ndjson"), 2, null, "--last", outcome: null);
    }

    private static void AssertError(ToolResult result, int exitCode, ErrorCode? code, string message, string? outcome = "refused")
    {
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        string[] fields = ["schema", .. code is null ? ["error"] : (string[])["error", "code"], "exit", .. outcome is null ? Array.Empty<string>() : ["outcome"]];
        AssertFields(result.ErrorObject, fields);
        if (outcome is not null)
            Assert.Equal(outcome, result.ErrorObject.GetProperty("outcome").GetString());
        Assert.Equal(exitCode, result.ErrorObject.GetProperty("exit").GetInt32());
        if (code is { } known)
            Assert.Equal((int)known, result.ErrorObject.GetProperty("code").GetInt32());
        Assert.Contains(message, result.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static void AssertFields(JsonElement item, params string[] names) => Assert.Equal(names, item.EnumerateObject().Select(p => p.Name));

    private static void AssertNow(JsonElement time)
    {
        var text = time.GetString()!;
        Assert.Matches(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\z", text);
        Assert.InRange(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow.AddMinutes(1));
    }
}
