using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What the programs tell about themselves; without a server.</summary>
public sealed class HelpTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("chat")]
    [InlineData("chat", "send")]
    [InlineData("chat", "tail")]
    [InlineData("chat", "history")]
    [InlineData("chat", "rooms")]
    [InlineData("chat", "who")]
    [InlineData("chat", "completion")]
    [InlineData("chatctl")]
    [InlineData("chatctl", "list")]
    [InlineData("chatctl", "kick")]
    [InlineData("chatctl", "ban")]
    [InlineData("chatctl", "unban")]
    [InlineData("chatctl", "bans")]
    [InlineData("chatctl", "rooms", "remove")]
    [InlineData("chatctl", "erase")]
    [InlineData("chatctl", "retention")]
    [InlineData("chatctl", "send")]
    [InlineData("chatctl", "broadcast")]
    [InlineData("chatctl", "rooms")]
    [InlineData("chatctl", "status")]
    [InlineData("chatctl", "shutdown")]
    [InlineData("chatctl", "completion")]
    [InlineData("chatbench")]
    [InlineData("chatbench", "publish")]
    [InlineData("chatbench", "subscribe")]
    [InlineData("chatbench", "latency")]
    [InlineData("chatbench", "connect")]
    [InlineData("chatbench", "idle")]
    [InlineData("chatbench", "completion")]
    [InlineData("chatd")]
    [InlineData("chatd", "config")]
    [InlineData("chatd", "config", "check")]
    [InlineData("chatd", "config", "list")]
    [InlineData("chatd", "config", "show")]
    [InlineData("chatd", "completion")]
    public async Task Help_explains_a_command_with_examples(string tool, params string[] command)
    {
        var help = (await RunAsync(tool, [.. command, "--help"])).Done().Output;
        Assert.StartsWith("Description:\n", help, StringComparison.Ordinal);
        Assert.Contains("Usage:\n", help, StringComparison.Ordinal);
        var examples = help[help.IndexOf("\nExamples:\n", StringComparison.Ordinal)..];
        Assert.Contains(string.Join(' ', [tool, .. command]), examples, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', help);
        Assert.DoesNotContain("[default:", help, StringComparison.Ordinal);
        Assert.Equal(help, (await RunAsync(tool, [.. command, "-h"])).Done().Output);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    [InlineData("chatd")]
    public async Task Completion_is_offered_no_option_that_means_nothing_to_it(string tool)
    {
        var help = (await RunAsync(tool, "completion", "--help")).Done().Output;
        Assert.Contains("Options:\n  -h, --help  Show help and usage information\n\nExamples:", help, StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("without it where standard input is no terminal", "chat", "send")]
    [InlineData("Default: lobby", "chat", "send")]
    [InlineData("Default: 20", "chat", "history")]
    [InlineData("rooms counts private ones too", "chatctl", "status")]
    [InlineData("which clients are told", "chatctl", "shutdown")]
    [InlineData("Backups made before do", "chatctl", "erase")]
    [InlineData("an address for a day", "chatctl", "ban")]
    [InlineData("needed where there is no terminal to ask", "chatctl", "rooms", "remove")]
    public async Task Help_tells_what_nobody_would_guess(string told, string tool, params string[] command) =>
        Assert.Contains(told, (await RunAsync(tool, [.. command, "--help"])).Done().Output, StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task Help_lists_every_command_that_is_tested_here()
    {
        var listed = new List<string>();
        foreach (var tool in new[] { "chat", "chatbench", "chatctl", "chatd" })
        {
            var lines = (await RunAsync(tool, "--help")).Done().Output.Split('\n');
            listed.AddRange(lines.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
                .Where(line => line[2] != ' ').Select(line => $"{tool} {line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]}"));
        }
        Assert.Equal(
            ["chat completion", "chat history", "chat rooms", "chat send", "chat tail", "chat who",
             "chatbench completion", "chatbench connect", "chatbench idle", "chatbench latency", "chatbench publish", "chatbench subscribe", "chatctl accept-time", "chatctl backup", "chatctl ban", "chatctl bans", "chatctl broadcast", "chatctl completion",
             "chatctl erase", "chatctl kick", "chatctl list", "chatctl retention", "chatctl rooms", "chatctl send", "chatctl shutdown", "chatctl status", "chatctl unban", "chatctl verify", "chatd completion", "chatd config"],
            listed.Order(StringComparer.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    [InlineData("chatd")]
    public async Task Version_is_one_line(string tool) =>
        Assert.Matches($@"\A{tool} \d+\.\d+\.\d+\n\z", (await RunAsync(tool, "--version")).Done().Output);

    [Theory(Timeout = 60_000)]
    [InlineData("chat", "bash", "complete -o default -F _chat chat\n")]
    [InlineData("chat", "zsh", "#compdef chat\n")]
    [InlineData("chat", "fish", "complete -c chat -f ")]
    [InlineData("chatctl", "bash", "complete -o default -F _chatctl chatctl\n")]
    [InlineData("chatbench", "bash", "complete -o default -F _chatbench chatbench\n")]
    [InlineData("chatd", "bash", "complete -o default -F _chatd chatd\n")]
    public async Task Completion_prints_the_script_for_a_shell(string tool, string shell, string line) =>
        Assert.Contains(line, (await RunAsync(tool, "completion", shell)).Done().Output, StringComparison.Ordinal);

    [Fact(Timeout = 60_000)]
    public async Task Bash_completes_commands_and_options()
    {
        var script = $$"""
            PATH="{{Path.GetDirectoryName(ToolProcess.Program("chat"))}}:$PATH"
            source <(chat completion bash)
            ask() { COMP_LINE="$*" COMP_WORDS=("$@") COMP_POINT=${#COMP_LINE} COMP_CWORD=$(($# - 1)); _chat; echo "${COMPREPLY[*]}"; }
            ask chat hi
            ask chat tail --la
            """;
        var completed = await ToolProcess.RunAsync("bash", ["-c", script], new Dictionary<string, string>());
        Assert.Equal("history\n--last\n", completed.Done().Output);
    }

    private static Task<ToolResult> RunAsync(string tool, params string[] arguments) =>
        ToolProcess.RunAsync(ToolProcess.Program(tool), arguments, new Dictionary<string, string>());
}
