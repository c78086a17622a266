using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The option that says whether the output is for people or for programs.</summary>
internal sealed class OutputOption : Option<string>
{
    private readonly string _forPeople;
    private readonly IReadOnlyList<string> _forPrograms;

    /// <param name="forPeople">The value for people, which is the default.</param>
    /// <param name="forPrograms">The value for programs; errors are then printed as JSON too.</param>
    /// <param name="more">Further words for the help about the value for programs.</param>
    public OutputOption(string forPeople, string forPrograms, string more = "")
        : this(forPeople, [forPrograms], $"{forPrograms} for programs{more}")
    {
    }

    /// <param name="forPeople">The value for people, which is the default.</param>
    /// <param name="forPrograms">The values for programs; errors are then printed as JSON too.</param>
    /// <param name="help">What the help says of the values for programs.</param>
    /// <param name="unlisted">Values that are taken too, and that no help lists.</param>
    public OutputOption(string forPeople, IReadOnlyList<string> forPrograms, string help, params IReadOnlyList<string> unlisted)
        : base("--output", "-o")
    {
        (_forPeople, _forPrograms) = (forPeople, forPrograms);
        string[] listed = [forPeople, .. forPrograms];
        Description = $"{forPeople} for people, {help}. Default: {forPeople}";
        HelpName = string.Join('|', listed);
        DefaultValueFactory = _ => forPeople;
        CompletionSources.Add(listed);
        Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: > 0 } given] && !listed.Contains(given.Value) && !unlisted.Contains(given.Value))
                result.AddError($"Argument '{given.Value}' not recognized. Must be one of: {string.Join(", ", listed.Select(value => $"'{value}'"))}");
        });
    }

    /// <summary>The value, by a command line that was parsed without errors.</summary>
    public string ValueOf(ParseResult parsed) => parsed.GetValue(this) ?? _forPeople;

    /// <summary>Whether the output is for programs, by a command line that was parsed without errors.</summary>
    public bool IsForPrograms(ParseResult parsed) => _forPrograms.Contains(ValueOf(parsed));

    /// <summary>Whether the output is for programs, by a command line that may have errors: the option may stand anywhere on it.</summary>
    public bool IsForProgramsIn(IEnumerable<Token> line)
    {
        var before = "";
        foreach (var token in line.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (IsOurs(before) && _forPrograms.Contains(token.Value) || _forPrograms.Any(value => IsBoth(token.Value, value)))
                return true;
            before = token.Value;
        }
        return false;
    }

    private bool IsOurs(string name) => name == Name || Aliases.Contains(name);

    /// <summary>
    /// Whether a word is option and value together, as --output=json; the library does not split it if the command lacks the
    /// option.
    /// </summary>
    private bool IsBoth(string word, string value) => word.EndsWith(value, StringComparison.Ordinal)
        && word[..^value.Length] is var name && (IsOurs(name) || name.Length > 0 && name[^1] is '=' or ':' && IsOurs(name[..^1]));
}
