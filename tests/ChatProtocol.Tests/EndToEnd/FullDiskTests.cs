using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Programs whose output cannot be written: /dev/full is a disk without room.</summary>
public sealed class FullDiskTests
{
    private const string OutputError = "standard output cannot be written: No space left on device";

    [Theory(Timeout = 60_000)]
    [InlineData("chat", "history")]
    [InlineData("chat", "tail", "--last", "1", "--count", "1")]
    [InlineData("chat", "rooms")]
    [InlineData("chat", "--version")]
    [InlineData("chat", "--help")]
    [InlineData("chat", "completion", "bash")]
    [InlineData("chatctl", "list")]
    [InlineData("chatctl", "status")]
    [InlineData("chatctl", "broadcast", "hello")]
    [InlineData("chatctl", "--help")]
    public async Task A_full_disk_behind_standard_output_is_told_as_what_it_is(params string[] command)
    {
        await using var installation = await StartAsync();
        (await RunAsync(installation, ">/dev/full", command)).Failed(1, $"{command[0]}: {OutputError}\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task Programs_are_told_by_an_object()
    {
        await using var installation = await StartAsync();
        foreach (var command in (string[][])[["chat", "history", "-o", "ndjson"], ["chat", "send", "hi", "-o", "ndjson"], ["chatctl", "list", "-o", "json"]])
        {
            var result = await RunAsync(installation, ">/dev/full", command);
            Assert.Equal(1, result.ExitCode);
            Assert.Equal([("schema", "error.v1"), ("error", OutputError), ("exit", "1")], result.ErrorObject.EnumerateObject().Select(p => (p.Name, p.Value.ToString())));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_to_be_sent_without_a_word_is_sent_without_a_place_for_words()
    {
        await using var installation = await StartAsync();
        (await RunAsync(installation, ">/dev/full", "chat", "send", "quietly")).Done();

        Assert.Contains("quietly", (await installation.User("ann").ChatAsync("history")).Done().Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(3, "history", "--room", "nowhere")]
    [InlineData(2, "history", "--nope")]
    public async Task An_error_that_can_be_told_nowhere_still_has_its_exit_code(int exitCode, params string[] command)
    {
        await using var installation = await StartAsync();

        Assert.Equal(exitCode, (await RunAsync(installation, ">/dev/full 2>/dev/full", ["chat", .. command])).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Talking_ends_where_nothing_can_be_shown()
    {
        await using var installation = await StartAsync();
        await using var terminal = await TmuxTerminal.StartAsync("sh",
            ["-c", """exec "$0" "$@" >/dev/full""", ToolProcess.Program("chat"), "--server", installation.Address, "--name", "ann"],
            installation.User("ann").Environment);

        Assert.Contains($"chat: {OutputError}", await terminal.WaitForExitAsync(1), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_reader_that_has_seen_enough_is_no_failure()
    {
        await using var installation = await StartAsync();
        for (var i = 0; i < 3; i++)
            await installation.User("ann").SendAsync("more");
        var result = await RunAsync(installation, "| head -n 1", "chat", "history", "-o", "ndjson");

        Assert.Equal(("", 1), (result.Error, result.Objects.Count(o => o.GetProperty("kind").ValueKind == JsonValueKind.String)));
    }

    private static async Task<Installation> StartAsync()
    {
        var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("hello");
        return installation;
    }

    private static Task<ToolResult> RunAsync(Installation installation, string redirected, params string[] command) => ToolProcess.RunAsync("sh",
        ["-c", $"\"$0\" \"$@\" {redirected}", ToolProcess.Program(command[0]), .. command[1..],
            .. command[0] == "chat" ? (string[])["--server", installation.Address, "--name", "ann"] : ["--data", installation.Data]],
        installation.User("ann").Environment);
}
