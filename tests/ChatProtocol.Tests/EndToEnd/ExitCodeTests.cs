using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

public sealed class ExitCodeTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("send", "hi")]
    [InlineData("tail")]
    [InlineData("history")]
    [InlineData("rooms")]
    [InlineData("who")]
    [InlineData]
    public async Task Without_a_server_chat_tells_where_it_looked_and_ends_as_unreachable(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var address = installation.Address;
        installation.Chatd.Kill();
        await installation.Chatd.ExitAsync();
        (await installation.User("ann").ChatAsync(command)).Failed(7, $"no server can be reached at {address}: Connection refused");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("history")]
    [InlineData("history", "-o", "ndjson")]
    [InlineData("tail", "--last", "20")]
    public async Task An_interruption_ends_what_waits_for_a_reader_that_does_not_read(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(string.Concat(Enumerable.Repeat(new string('x', 30_000) + "\n", 20)), "send", "-")).Done();
        await using var reading = ann.StartChat(command);
        Assert.NotNull(await reading.ReadLineAsync());

        reading.Signal(PosixSignal.SIGINT);

        Assert.Equal(130, await reading.ExitAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_of_another_kind_counts_as_unreachable()
    {
        await using var installation = await Installation.StartAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var sending = installation.User("ann").ChatAsync("send", "hi", "--server", $"chat://{other.LocalEndpoint}");
        using var connection = await other.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        (await sending).Failed(7, "does not speak the chat protocol");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_socket_that_is_not_there_is_said_to_be_missing()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.User("ann").ChatAsync("send", "hi", "--server", "unix:/nowhere/chat.sock"))
            .Failed(7, "no server can be reached at unix:/nowhere/chat.sock: there is no such socket");
    }

    [Fact(Timeout = 60_000)]
    public async Task Chatctl_without_a_server_is_unreachable_whether_there_was_one_or_not()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.ChatctlAsync("list", "--data", "/nowhere")).Failed(7, "no chatd is running with this data folder: /nowhere/admin.sock is not there");
        (await installation.ChatctlAsync("list", "--socket", "/none")).Failed(7, "chatctl: no chatd is running at this socket: /none is not there");
        // A server that was killed leaves its socket behind.
        installation.Chatd.Kill();
        await installation.Chatd.ExitAsync();
        (await installation.ChatctlAsync("list")).Failed(7, "Connection refused");
    }

    [Fact(Timeout = 60_000)]
    public async Task Unknown_rooms_and_absent_peers_are_not_found()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync("history", "--room", "nowhere")).Failed(3, "there is no room called nowhere");
        (await ann.ChatAsync("who", "--room", "nowhere")).Failed(3, "there is no room called nowhere");
        (await ann.ChatAsync("send", "--to", "nobody", "hi")).Failed(3, "there is nobody called nobody");
        (await ann.ChatAsync("history", "--with", "nobody")).Failed(3, "there is nobody called nobody");
        // Somebody who was here is as absent.
        await installation.User("bob").SendAsync("hello and bye");
        (await ann.ChatAsync("send", "--to", "bob", "hi")).Failed(3, "bob is not here");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("Unrecognized option '--rom'. Behind -- it is taken as it is. See 'chat send --help'.", "send", "--rom", "ops", "hi")]
    [InlineData("Unrecognized option '--verbose'.", "send", "--verbose")]
    [InlineData("'--nope'", "tail", "--nope")]
    [InlineData("Did you mean 'send'?", "snd", "hi")]
    [InlineData("--after takes a message's seq, or EPOCH:SEQ. See", "tail", "--after", "last")]
    [InlineData("--after takes a message's seq", "tail", "--after", "1:2:3")]
    [InlineData("--last and --after exclude each other", "tail", "--last", "1", "--after", "1")]
    [InlineData("--room and --to exclude each other", "send", "--room", "lobby", "--to", "bob", "hi")]
    [InlineData("'-1' for option '--count': it takes a whole number, 0 or more. See", "history", "--count", "-1")]
    [InlineData("'-1' for option '--last': it takes a whole number, 0 or more. See", "tail", "--last", "-1")]
    [InlineData("'json' not recognized. Must be one of: 'text', 'ndjson'.", "history", "-o", "json")]
    [InlineData("white space", "who", "--name", "a b")]
    [InlineData("the name server is reserved", "who", "--name", "server")]
    [InlineData("white space", "send", "--room", "a b", "hi")]
    [InlineData("expected chats://HOST:PORT, chat://HOST:PORT, unix:/path or legacy://HOST:PORT", "who", "--server", "localhost")]
    [InlineData("or legacy://HOST:PORT. Did you mean 'chat://127.0.0.1:9999'? See", "who", "--server", "127.0.0.1:9999")]
    [InlineData("--pin takes SHA256:", "who", "--server", "chats://localhost", "--pin", "SHA256:abc")]
    public async Task What_cannot_be_meant_is_wrong_usage(string because, params string[] arguments)
    {
        await using var installation = await Installation.StartAsync();
        Assert.Equal("", (await installation.User("ann").ChatAsync(arguments)).Failed(2, because).Output);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("command was not provided")]
    [InlineData("'id|name' missing", "kick")]
    [InlineData("--grace takes a number and its unit: 500ms, 10s, 5m, 2h, 3d. See", "shutdown", "--grace", "5")]
    [InlineData("'xml' not recognized. Must be one of: 'text', 'json', 'ndjson'.", "list", "-o", "xml")]
    public async Task What_an_operator_cannot_mean_is_wrong_usage(string because, params string[] arguments)
    {
        await using var installation = await Installation.StartAsync();
        Assert.Equal("", (await installation.ChatctlAsync(arguments)).Failed(2, because).Output);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reason_that_is_too_long_is_wrong_usage()
    {
        await using var installation = await Installation.StartAsync();
        var reason = new string('长', 342);
        (await installation.ChatctlAsync("kick", "ann", "--reason", reason)).Failed(2, "--reason has at most 1024 bytes, and this one 1026");
        (await installation.ChatctlAsync("shutdown", "--reason", reason)).Failed(2, "--reason has at most 1024 bytes");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_interrupted_command_ends_with_130()
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("ann").StartChat("tail");
        await installation.WaitForSessionsAsync("ann", 1);
        tail.Signal(PosixSignal.SIGINT);
        Assert.Equal(new ToolResult(130, "", ""), await tail.EndAsync());

        await using var send = installation.User("ann").StartChat("send", "-");
        await installation.WaitForSessionsAsync("ann", 0);
        send.Signal(PosixSignal.SIGINT);
        Assert.Equal(new ToolResult(130, "", ""), await send.EndAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Being_kicked_while_tailing_is_denied()
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("ann").StartChat("tail", "-o", "ndjson");
        await installation.WaitForSessionsAsync("ann", 1);
        (await installation.ChatctlAsync("kick", "ann", "--reason", "太吵了")).Done();
        var ended = await tail.EndAsync();
        Assert.Equal((4, 4), (ended.ExitCode, ended.ErrorObject.GetProperty("exit").GetInt32()));
        Assert.Equal("kicked: 太吵了", ended.ErrorObject.GetProperty("error").GetString());
    }
}
