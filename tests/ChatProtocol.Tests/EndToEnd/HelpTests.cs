using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What the programs tell about themselves; without a server.</summary>
public sealed class HelpTests
{
    [Theory(Timeout = 180_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    [InlineData("chatd")]
    public async Task Help_explains_each_command_with_examples(string tool)
    {
        await AssertExplainedAsync();

        async Task AssertExplainedAsync(params string[] command)
        {
            var help = (await RunAsync(tool, [.. command, "--help"])).Done().Output;
            Assert.StartsWith("Description:\n", help, StringComparison.Ordinal);
            Assert.Contains("Usage:\n", help, StringComparison.Ordinal);
            var examples = help[help.IndexOf("\nExamples:\n", StringComparison.Ordinal)..];
            Assert.Contains(string.Join(' ', [tool, .. command]), examples, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', help);
            Assert.DoesNotContain("[default:", help, StringComparison.Ordinal);
            Assert.Equal(help, (await RunAsync(tool, [.. command, "-h"])).Done().Output);
            foreach (var subcommand in CommandsIn(help))
                await AssertExplainedAsync([.. command, subcommand]);
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("chat", "## Commands")]
    [InlineData("chatctl", "# chatctl, the admin tool")]
    [InlineData("chatbench", "# chatbench, the measure")]
    public async Task The_manual_lists_the_commands_that_help_lists(string tool, string heading)
    {
        var help = (await RunAsync(tool, "--help")).Done().Output;
        var table = File.ReadLines(Repository.PathOf("tools", tool, "README.md")).SkipWhile(line => line != heading)
            .SkipWhile(line => !line.StartsWith('|')).TakeWhile(line => line.StartsWith('|'));
        var manual = table.SelectMany(row => Regex.Matches(row.Split('|')[1], $"`(?:{tool} )?([a-z-]+)").Select(match => match.Groups[1].Value)).Distinct();

        // The page of all programs explains this one.
        Assert.Equal(CommandsIn(help).Except(["completion"]).Order(StringComparer.Ordinal), manual.Order(StringComparer.Ordinal));
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

    /// <summary>All commands of a program that its help lists, with their groups before them.</summary>
    public static async Task<IReadOnlyList<string>> CommandsOfAsync(string tool, params string[] group)
    {
        var help = (await RunAsync(tool, [.. group, "--help"])).Done().Output;
        var below = new List<string>();
        foreach (var command in CommandsIn(help).Where(command => command != "completion"))
            below.AddRange(await CommandsOfAsync(tool, [.. group, command]));
        return group.Length == 0 ? below : [string.Join(' ', group), .. below];
    }

    private static IEnumerable<string> CommandsIn(string help) => help.Split('\n')
        .SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
        .Where(line => line[2] != ' ').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);

    private static Task<ToolResult> RunAsync(string tool, params string[] arguments) =>
        ToolProcess.RunAsync(ToolProcess.Program(tool), arguments, new Dictionary<string, string>());
}
