using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>A command that was given to a <see cref="ChatBot"/>. Thread-safe.</summary>
public sealed class BotCommand : BotMessage
{
    private readonly IReadOnlyDictionary<string, string> _arguments;

    internal BotCommand(BotMessage message, string name, IReadOnlyDictionary<string, string> arguments) : base(message) =>
        (Name, _arguments) = (name, arguments);

    /// <summary>The command's name, as it was added.</summary>
    public string Name { get; }

    /// <summary>An argument by the name that the command was added with; null for an optional one that was not given.</summary>
    /// <exception cref="ArgumentException">The command has no argument of that name.</exception>
    public string? this[string name] => _arguments.TryGetValue(name, out var value) ? value.Length == 0 ? null : value
        : throw new ArgumentException($"The command {Name} was added without an argument {name}.", nameof(name));

    /// <summary>An argument that has to be a whole number.</summary>
    /// <param name="name">The argument's name.</param>
    /// <param name="least">The least number that is accepted.</param>
    /// <param name="most">The greatest number that is accepted.</param>
    /// <param name="otherwise">The number if it was not given.</param>
    /// <exception cref="BotUsageException">It is no such number; the bot answers with that.</exception>
    public long Number(string name, long least, long most, long otherwise)
    {
        if (this[name] is not { } text)
            return otherwise;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new BotUsageException($"{name} is a number from {least} to {most}, and not '{text}'");
    }
}
