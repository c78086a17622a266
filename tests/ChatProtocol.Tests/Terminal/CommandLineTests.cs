using System.CommandLine;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class CommandLineTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task The_command_s_result_is_the_exit_code() =>
        Assert.Equal(ExitCode.Conflict, await RunAsync(["run", "5"]));

    [Theory]
    [InlineData("run five", "chat: Cannot parse argument 'five' for command 'run': it takes a whole number. See 'chat run --help'.\n")]
    [InlineData("rum", "chat: Unrecognized command or argument 'rum'. Did you mean 'run'? See 'chat --help'.\n")]
    [InlineData("run 1 @file", "chat: Unrecognized command or argument '@file'. See 'chat run --help'.\n")]
    [InlineData("", "chat: Required command was not provided. See 'chat --help'.\n")]
    public async Task Wrong_usage_is_told_in_a_line_and_exits_with_2(string arguments, string message)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Empty(_output.ToString());
        Assert.Equal(message, _error.ToString());
    }

    [Fact]
    public async Task The_version_is_the_name_and_a_number()
    {
        Assert.Equal(ExitCode.Done, await RunAsync(["--version"]));
        Assert.Equal("chat 0.1.0\n", _output.ToString());
    }

    [Fact]
    public async Task Help_ends_with_the_examples_of_its_command()
    {
        await RunAsync(["--help"]);
        var root = _output.ToString();
        await RunAsync(["run", "-h"]);
        var run = _output.ToString()[root.Length..];

        Assert.EndsWith("Examples:\n  chat run\n\n", root, StringComparison.Ordinal);
        Assert.EndsWith("Examples:\n  chat run 5\n\n", run, StringComparison.Ordinal);
        Assert.Equal(2, run.Split("--help").Length);
    }

    [Fact]
    public async Task A_failure_is_one_clear_sentence()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync(["fail"]));
        Assert.Equal("chat: The disk \\x1b is full. (CHAT_DEBUG=1 shows where.)\n", _error.ToString());
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_failure() =>
        Assert.Equal(ExitCode.Failed, await RunAsync(["cancel"]));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_prints_a_script_for_the_shell(string shell)
    {
        Assert.Equal(ExitCode.Done, await RunAsync(["completion", shell]));
        Assert.Contains("[suggest:", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PROGRAM", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suggestions_are_the_commands_and_options_and_no_slashes()
    {
        await RunAsync(["[suggest:5]", "chat "]);

        var suggestions = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["--help", "--version", "-h", "cancel", "completion", "fail", "run"], suggestions.Order(StringComparer.Ordinal));
    }

    private Task<int> RunAsync(string[] args)
    {
        var number = new Argument<int>("number");
        var run = new Command("run", "Returns a number.") { number }.WithExamples("chat run 5");
        run.SetAction(result => result.GetValue(number));
        var fail = new Command("fail", "Fails.");
        fail.SetAction(int (_) => throw new InvalidOperationException("The disk \x1b is full."));
        var cancel = new Command("cancel", "Cancels itself.");
        cancel.SetAction(int (_) => throw new OperationCanceledException());
        return CommandLine.RunAsync(new RootCommand("A program.") { run, fail, cancel }, args, ["chat run"], _output, _error, _stop);
    }
}
