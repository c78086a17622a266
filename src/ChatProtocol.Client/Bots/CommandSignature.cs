namespace ChatProtocol.Client;

/// <summary>The arguments of a command, as <c>NAME [OPTIONAL] [REST...]</c> writes them.</summary>
internal sealed class CommandSignature
{
    private readonly List<Parameter> _parameters = [];

    /// <exception cref="ArgumentException">That cannot be the arguments of a command.</exception>
    public CommandSignature(string arguments)
    {
        Text = arguments.Trim();
        foreach (var word in Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var isOptional = word is ['[', .., ']'];
            var name = isOptional ? word[1..^1] : word;
            var takesRest = name.EndsWith("...", StringComparison.Ordinal);
            name = takesRest ? name[..^3] : name;
            if (name.Length == 0 || name.AsSpan().ContainsAny("[]."))
                throw new ArgumentException($"'{word}' is not an argument: expected NAME, [NAME] or NAME...", nameof(arguments));
            if (_parameters is [.., var last] && (last.TakesRest || last.IsOptional && !isOptional))
                throw new ArgumentException($"{name} cannot follow {last.Name}: optional arguments come behind the others, and one with ... is the last.", nameof(arguments));
            if (_parameters.Exists(one => one.Name == name))
                throw new ArgumentException($"There are two arguments {name}.", nameof(arguments));
            _parameters.Add(new Parameter(name, isOptional, takesRest));
        }
    }

    /// <summary>The arguments as a user is told of them.</summary>
    public string Text { get; }

    /// <summary>Reads what was typed behind a command. Null if that has too few arguments or too many.</summary>
    public Dictionary<string, string>? Read(string typed)
    {
        var read = _parameters.ToDictionary(one => one.Name, _ => "");
        var left = typed.Trim();
        foreach (var parameter in _parameters)
        {
            if (left.Length == 0)
                return parameter.IsOptional ? read : null;
            (read[parameter.Name], left) = parameter.TakesRest ? (left, "") : Word(left);
        }
        return left.Length == 0 ? read : null;
    }

    /// <summary>The first word, which may stand in quotes, and what is behind it.</summary>
    private static (string Word, string Left) Word(string text)
    {
        if (text[0] == '"' && text.IndexOf('"', 1) is > 0 and var closing)
            return (text[1..closing], text[(closing + 1)..].TrimStart());
        var end = text.AsSpan().IndexOfAny(" \t\n");
        return end < 0 ? (text, "") : (text[..end], text[end..].TrimStart());
    }

    private sealed record Parameter(string Name, bool IsOptional, bool TakesRest);
}
