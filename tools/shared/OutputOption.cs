using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The option that says whether the output is for people or for programs.</summary>
internal sealed class OutputOption : Option<string>
{
    private readonly string _forPrograms;

    /// <param name="forPeople">The value for people, which is the default.</param>
    /// <param name="forPrograms">The value for programs; errors are then printed as JSON too.</param>
    /// <param name="more">Further words for the help about the value for programs.</param>
    public OutputOption(string forPeople, string forPrograms, string more = "")
        : base("--output", "-o")
    {
        _forPrograms = forPrograms;
        Description = $"{forPeople} for people, {forPrograms} for programs{more}. Default: {forPeople}";
        HelpName = $"{forPeople}|{forPrograms}";
        DefaultValueFactory = _ => forPeople;
        this.AcceptOnlyFromAmong(forPeople, forPrograms);
    }

    /// <summary>Whether the output is for programs, by a command line that was parsed without errors.</summary>
    public bool IsForPrograms(ParseResult parsed) => parsed.GetValue(this) == _forPrograms;

    /// <summary>Whether the output is for programs, by a command line that may have errors: the option may stand anywhere on it.</summary>
    public bool IsForProgramsIn(IEnumerable<Token> line)
    {
        var before = "";
        foreach (var token in line.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            if (IsOurs(before) && token.Value == _forPrograms || IsBoth(token.Value))
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
    private bool IsBoth(string word) => word.EndsWith(_forPrograms, StringComparison.Ordinal)
        && word[..^_forPrograms.Length] is var name && (IsOurs(name) || name.Length > 0 && name[^1] is '=' or ':' && IsOurs(name[..^1]));
}
