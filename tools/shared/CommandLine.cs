using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ChatProtocol.Tools;

/// <summary>
/// Runs a program's commands the way all of them do it: exit codes of <see cref="ExitCode"/>, errors in one sentence on
/// standard error, help with examples, shell completion, and SIGINT and SIGTERM as a cancelled token.
/// </summary>
internal static partial class CommandLine
{
    private static readonly AssemblyName Self = typeof(CommandLine).Assembly.GetName();

    public static string Program => Self.Name!;

    public static string Version => Self.Version!.ToString(3);

    public static Task<int> RunAsync(RootCommand root, string[] args, IReadOnlyList<string> examples) =>
        RunAsync(root, args, examples, OutputStream.OutputWriter(), OutputStream.ErrorWriter());

    public static async Task<int> RunAsync(
        RootCommand root, string[] args, IReadOnlyList<string> examples, TextWriter output, TextWriter error)
    {
        Prepare(root, examples);
        var parsed = root.Parse(EmptyValues.Spell(root, args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (RawArguments.Complain(args) is { } garbled)
            return Refuse(parsed, garbled, error);
        if (!IsAboutItself(parsed) && EmptyValues.Complain(parsed) is { } empty)
            return Refuse(parsed, empty, error);
        if (UnknownOption(parsed) is { } unknown)
            return Refuse(parsed, $"Unrecognized option '{unknown}'. Behind -- it is taken as it is.", error);
        if (parsed.Action is ParseErrorAction errors)
            return RefuseErrors(parsed, errors, error);

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        return await InvokeAsync(parsed, output, error, stop.Token);
    }

    /// <summary>Prints one sentence for people on standard error, after the program's name.</summary>
    public static void WriteError(TextWriter error, string message) => error.WriteLine($"{Program}: {Safe.Line(message)}");

    /// <summary>Says what went wrong on standard error: in one sentence, or in one object where the output is for programs.</summary>
    /// <param name="message">What went wrong, and what to do.</param>
    /// <param name="exitCode">What the program ends with.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="code">The server's number for it, if it was the server.</param>
    /// <param name="outcome">Whether what was asked of a server may have had an effect; null where nothing was to be asked.</param>
    public static int Tell(string message, int exitCode, TextWriter error, bool isJson, int? code = null, string? outcome = null)
    {
        if (!isJson)
        {
            WriteError(error, message);
            return exitCode;
        }
        error.WriteLine(Json.Object(json =>
        {
            json.WriteText("error", message);
            if (code is { } known)
                json.WriteNumber("code", known);
            json.WriteNumber("exit", exitCode);
            if (outcome is not null)
                json.WriteString("outcome", outcome);
        }));
        return exitCode;
    }

    /// <summary>Says on standard error what is no error, and yet to be known; in one object where the output is for programs.</summary>
    public static void Warn(string message, TextWriter error, bool isJson)
    {
        if (isJson)
            error.WriteLine(Json.Object(json => json.WriteText("warning", message)));
        else
            WriteError(error, message);
    }

    /// <summary>Says what cannot be meant, and where to read what can.</summary>
    public static int Refuse(ParseResult parsed, string message, TextWriter error)
    {
        var command = string.Join(' ', PathOf(parsed.CommandResult).Reverse().Skip(1).Prepend(Program));
        return Tell($"{Sentence(message)} See '{command} --help'.", ExitCode.Usage, error, IsForPrograms(parsed));
    }

    private static void Prepare(RootCommand root, IReadOnlyList<string> examples)
    {
        root.WithExamples(examples);
        root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();
        root.Subcommands.Add(ShellCompletion.Create());
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Signals are ours: how long a clean end may take is the command's business.
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
            var reason = Reason.Of(e);
            Tell(debug ? reason : $"{reason} (CHAT_DEBUG=1 shows where.)", ExitCode.Failed, error, IsForPrograms(parsed));
            if (debug)
                error.WriteLine(e);
            return ExitCode.Failed;
        }
    }

    /// <summary>Whether JSON was asked for, though perhaps not where it can be.</summary>
    private static bool IsForPrograms(ParseResult parsed) =>
        OutputOptionsOf(parsed.RootCommandResult.Command).FirstOrDefault()?.IsForProgramsIn(parsed.Tokens) ?? false;

    private static IEnumerable<OutputOption> OutputOptionsOf(Command command) =>
        command.Options.OfType<OutputOption>().Concat(command.Subcommands.SelectMany(OutputOptionsOf));

    /// <summary>Whether it is about the command line, as help is, and nothing is done by it.</summary>
    private static bool IsAboutItself(ParseResult parsed) => parsed.Action is not ParseErrorAction && parsed.Action != parsed.CommandResult.Command.Action;

    // The second signal is not held back: it ends a program that does not stop.
    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    }

    private static int RefuseErrors(ParseResult parsed, ParseErrorAction errors, TextWriter error)
    {
        // What was not understood comes before what is missing because of it.
        var message = parsed.Errors.Select(e => e.Message)
            .OrderByDescending(m => parsed.UnmatchedTokens.Any(token => m.Contains(token, StringComparison.Ordinal))).First();
        var guesses = string.Join(" or ", Guesses(parsed, errors).Select(guess => $"'{guess}'"));
        return Refuse(parsed, $"{Sentence(message)}{(guesses.Length > 0 ? $" Did you mean {guesses}?" : "")}", error);
    }

    // The library takes a mistyped option for an argument: a text that then goes to everybody.
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

    // The library's messages have lists on lines of their own, and types' names; some of ours have no full stop.
    private static string Sentence(string message)
    {
        var lines = TypeName().Replace(message, type => type.ValueSpan.Contains("UInt64", StringComparison.Ordinal) ? ": it takes a whole number, 0 or more" : ": it takes a whole number")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var sentence = lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines.Skip(1))}";
        return sentence[^1] is '.' or '?' ? sentence : sentence + ".";
    }

    // The library has no other way to its guesses than to print them: a question for each argument, and a line for each guess.
    private static IEnumerable<string> Guesses(ParseResult parsed, ParseErrorAction errors)
    {
        using var printed = new StringWriter();
        errors.ShowHelp = false;
        parsed.Invoke(new InvocationConfiguration { Output = printed, Error = TextWriter.Null });
        return printed.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1).TakeWhile(line => !line.EndsWith('?'))
            .Where(line => !IsShort(line));
    }

    // -x is near to everything, and so a guess that helps nobody.
    private static bool IsShort(string option) => option.Length == 2 && option[0] == '-';

    [GeneratedRegex(@" as expected type 'System\.(Nullable`1\[System\.)?U?Int\d+\]?'")]
    private static partial Regex TypeName();

    private static IEnumerable<string> PathOf(CommandResult? result)
    {
        for (; result is not null; result = result.Parent as CommandResult)
            yield return result.Command.Name;
    }
}
