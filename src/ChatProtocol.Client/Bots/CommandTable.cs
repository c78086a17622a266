using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Client;

/// <summary>The commands of a bot, and how they are told in a text.</summary>
internal sealed class CommandTable
{
    private const string Help = "help";

    private readonly SortedDictionary<string, Entry> _commands = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">That cannot be a command, or there is one of that name.</exception>
    public void Add(string name, string arguments, string help, Func<BotCommand, Task> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(help);
        ArgumentNullException.ThrowIfNull(handler);
        if (name.Any(char.IsWhiteSpace))
            throw new ArgumentException($"'{name}' cannot be a command: it is one word.", nameof(name));
        if (!_commands.TryAdd(name, new Entry(name, new CommandSignature(arguments), help, handler)))
            throw new ArgumentException($"There is a command {name} already.", nameof(name));
    }

    /// <summary>The command that a message is, ready to be run.</summary>
    /// <param name="message">The message.</param>
    /// <param name="prefix">What stands before a command that is said to everybody.</param>
    /// <param name="run">Runs it.</param>
    public bool TryFind(BotMessage message, string prefix, [NotNullWhen(true)] out Func<Task>? run)
    {
        run = null;
        if (_commands.Count == 0)
            return false;
        var text = Addressed(message, out var isToBot);
        if (text.StartsWith(prefix, StringComparison.Ordinal))
            text = text[prefix.Length..];
        else if (!isToBot)
            return false;
        var end = text.AsSpan().IndexOfAny(" \t\n");
        var (name, typed) = end < 0 ? (text, "") : (text[..end], text[end..]);
        if (_commands.TryGetValue(name, out var command))
            run = () => RunAsync(command, message, typed, prefix);
        else if (name.Equals(Help, StringComparison.OrdinalIgnoreCase))
            run = () => message.ReplyAsync(Describe(typed.Trim(), prefix));
        return run is not null;
    }

    private static Task RunAsync(Entry command, BotMessage message, string typed, string prefix) =>
        command.Signature.Read(typed) is { } arguments
            ? command.Handler(new BotCommand(message, command.Name, arguments))
            : throw new BotUsageException($"usage: {Usage(command, prefix)}");

    /// <summary>The text without the bot's name in front: <c>@bot help</c>, <c>bot: help</c>.</summary>
    private static string Addressed(BotMessage message, out bool isToBot)
    {
        var text = message.Text.Trim();
        isToBot = message.IsPrivate;
        if (!message.IsMention || Mentions.Find(text, message.Client.Name) is not [var (start, end), ..] || start > 1 || start == 1 && text[0] != Names.PrivateMark)
            return text;
        isToBot = true;
        return text[end..].TrimStart(' ', ':', ',');
    }

    private string Describe(string name, string prefix)
    {
        if (name.StartsWith(prefix, StringComparison.Ordinal))
            name = name[prefix.Length..];
        if (name.Length == 0)
            return string.Join('\n', _commands.Values.Select(one => $"{Usage(one, prefix)}: {one.Help}"));
        return _commands.TryGetValue(name, out var command)
            ? $"{Usage(command, prefix)}: {command.Help}"
            : throw new BotUsageException($"there is no command {name}; {prefix}{Help} lists them");
    }

    private static string Usage(Entry command, string prefix) => $"{prefix}{command.Name} {command.Signature.Text}".TrimEnd();

    private sealed record Entry(string Name, CommandSignature Signature, string Help, Func<BotCommand, Task> Handler);
}
