using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ChatProtocol.Tools;

/// <summary>
/// Runs the commands of a program by the rules common to all programs: exit codes of <see cref="ExitCode"/>, errors in one
/// sentence on standard error, help with examples, shell completion, and SIGINT and SIGTERM as a cancelled token.
/// </summary>
internal static partial class CommandLine
{
    public static async Task<int> RunAsync(RootCommand root, string[] args, IReadOnlyList<string> examples)
    {
        using var stop = new CancellationTokenSource();
        return await RunAsync(root, args, examples, OutputStream.OutputWriter(stop.Token), OutputStream.ErrorWriter(stop.Token), stop);
    }

    /// <summary>The same with other outputs.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="examples">Shown by the program's help.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For errors.</param>
    /// <param name="stop">Cancelled by the first signal.</param>
    public static async Task<int> RunAsync(
        RootCommand root, string[] args, IReadOnlyList<string> examples, TextWriter output, TextWriter error, CancellationTokenSource stop)
    {
        Prepare(root, examples);
        var parsed = root.Parse(EmptyOptionValues.Spell(root, args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (RawArguments.Validate(args) is { } garbled)
            return Refuse(parsed, garbled, error);
        if (!IsAboutItself(parsed) && EmptyOptionValues.Validate(parsed) is { } empty)
            return Refuse(parsed, empty, error);
        if (UnknownOption(parsed) is { } unknown)
            return Refuse(parsed, $"Unrecognized option '{unknown}'. Behind -- it is taken as it is.", error);
        if (parsed.Action is ParseErrorAction errors)
            return RefuseErrors(parsed, errors, error);

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        return await InvokeAsync(parsed, output, error, stop.Token);
    }

    /// <summary>Prints the program's name and one sentence for people on standard error.</summary>
    public static void WriteError(TextWriter error, string message) => error.WriteLine($"{ProgramInfo.Name}: {Escaped.Line(message)}");

    /// <summary>Reports an error on standard error: in one sentence, or in one JSON object if the output is for programs.</summary>
    /// <param name="message">The fault and the remedy.</param>
    /// <param name="exitCode">The program's exit code, which is returned.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="code">The protocol's error code, if the server reported the error.</param>
    /// <param name="outcome">Whether a request to the server may have had an effect; null if the command has no request.</param>
    public static int Tell(string message, int exitCode, TextWriter error, bool isJson, int? code = null, string? outcome = null)
    {
        if (!isJson)
        {
            WriteError(error, message);
            return exitCode;
        }
        error.WriteLine(Json.Object(json =>
        {
            json.WriteString("schema", "error.v1");
            json.WriteText("error", message);
            if (code is { } known)
                json.WriteNumber("code", known);
            json.WriteNumber("exit", exitCode);
            if (outcome is not null)
                json.WriteString("outcome", outcome);
        }));
        return exitCode;
    }

    /// <summary>Prints a warning on standard error; as one JSON object if the output is for programs.</summary>
    public static void Warn(string message, TextWriter error, bool isJson)
    {
        if (isJson)
            error.WriteLine(Json.Object(json =>
            {
                json.WriteString("schema", "warning.v1");
                json.WriteText("warning", message);
            }));
        else
            WriteError(error, message);
    }

    /// <summary>Reports wrong usage, with a pointer to the command's help.</summary>
    public static int Refuse(ParseResult parsed, string message, TextWriter error)
    {
        var command = string.Join(' ', PathOf(parsed.CommandResult).Reverse().Skip(1).Prepend(ProgramInfo.Name));
        return Tell($"{Sentence(message)} See '{command} --help'.", ExitCode.Usage, error, IsForPrograms(parsed));
    }

    private static void Prepare(RootCommand root, IReadOnlyList<string> examples)
    {
        root.WithExamples(examples);
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction();
        root.Subcommands.Add(new ShellCompletion().WithExamples(ShellCompletion.Examples));
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // This class handles signals; the command decides how long a clean end may take.
            Output = output,
            Error = error,
        };
        try
        {
            return await parsed.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (CommandException e)
        {
            return e.ExitCode == ExitCode.Usage ? Refuse(parsed, e.Message, error) : Tell(e.Message, e.ExitCode, error, IsForPrograms(parsed));
        }
        catch (OutputException e)
        {
            return Tell(e.Message, ExitCode.Failed, error, IsForPrograms(parsed));
        }
        catch (Exception e)
        {
            var debug = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CHAT_DEBUG"));
            var reason = FailureReason.Of(e);
            Tell(debug ? reason : $"{reason} (CHAT_DEBUG=1 shows where.)", ExitCode.Failed, error, IsForPrograms(parsed));
            if (debug)
                error.WriteLine(e);
            return ExitCode.Failed;
        }
    }

    /// <summary>Whether the command line asks for JSON, even where the option is not allowed.</summary>
    private static bool IsForPrograms(ParseResult parsed) =>
        OutputOptionsOf(parsed.RootCommandResult.Command).FirstOrDefault()?.IsForProgramsIn(parsed.Tokens) ?? false;

    private static IEnumerable<OutputOption> OutputOptionsOf(Command command) =>
        command.Options.OfType<OutputOption>().Concat(command.Subcommands.SelectMany(OutputOptionsOf));

    /// <summary>Whether the command line only asks about itself, such as for help, and runs no command.</summary>
    private static bool IsAboutItself(ParseResult parsed) => parsed.Action is not ParseErrorAction && parsed.Action != parsed.CommandResult.Command.Action;

    // The second signal is not held back: it ends a program that does not stop.
    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }

    private static int RefuseErrors(ParseResult parsed, ParseErrorAction errors, TextWriter error)
    {
        // An unknown word is reported before an argument that is missing because of it.
        var message = parsed.Errors.Select(e => e.Message)
            .OrderByDescending(m => parsed.UnmatchedTokens.Any(token => m.Contains(token, StringComparison.Ordinal))).First();
        var guesses = string.Join(" or ", Guesses(parsed, errors).Select(guess => $"'{guess}'"));
        return Refuse(parsed, $"{Sentence(message)}{(guesses.Length > 0 ? $" Did you mean {guesses}?" : "")}", error);
    }

    // The library takes a mistyped option for an argument, and so for a text to be sent to everybody.
    private static string? UnknownOption(ParseResult parsed)
    {
        if (IsAboutItself(parsed) || parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
            return null;
        foreach (var child in parsed.CommandResult.Children)
            if (child is ArgumentResult argument && argument.Tokens.FirstOrDefault(token => IsLikeAnOption(token.Value)) is { } unknown)
                return unknown.Value;
        return null;
    }

    private static bool IsLikeAnOption(string value) => value.Length > 2 && value.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetter(value[2]);

    // The library's messages hold lists over several lines and names of types; some of the programs' own have no full stop.
    private static string Sentence(string message)
    {
        var lines = TypeName().Replace(message, type => type.ValueSpan.Contains("UInt64", StringComparison.Ordinal) ? ": it takes a whole number, 0 or more" : ": it takes a whole number")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var sentence = lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines.Skip(1))}";
        return sentence[^1] is '.' or '?' ? sentence : sentence + ".";
    }

    // The library only prints its guesses: a question for each argument, and a line for each guess.
    private static IEnumerable<string> Guesses(ParseResult parsed, ParseErrorAction errors)
    {
        using var printed = new StringWriter();
        errors.ShowHelp = false;
        parsed.Invoke(new InvocationConfiguration { Output = printed, Error = TextWriter.Null });
        return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1).TakeWhile(line => !line.EndsWith('?'))
            .Where(line => !IsShort(line));
    }

    // A short option resembles every word, so as a guess it helps nobody.
    private static bool IsShort(string option) => option.Length == 2 && option[0] == '-';

    [GeneratedRegex(@" as expected type 'System\.(Nullable`1\[System\.)?U?Int\d+\]?'")]
    private static partial Regex TypeName();

    private static IEnumerable<string> PathOf(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command.Name;
    }
}
