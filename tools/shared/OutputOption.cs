using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The option that says whether the output is for people or for programs.</summary>
internal sealed class OutputOption : Option<string>
{
    private readonly string _forPrograms;

    /// <param name="forPeople">The value for people, which is the default.</param>
    /// <param name="forPrograms">The value for programs, which are then told of errors in JSON too.</param>
    /// <param name="more">What there is to say about the latter.</param>
    public OutputOption(string forPeople, string forPrograms, string more = "")
        : base("--output", "-o")
    {
        _forPrograms = forPrograms;
        Description = $"{forPeople} for people, {forPrograms} for programs{more}. Default: {forPeople}";
        HelpName = $"{forPeople}|{forPrograms}";
        DefaultValueFactory = _ => forPeople;
        this.AcceptOnlyFromAmong(forPeople, forPrograms);
    }

    /// <summary>Whether the output of a command line that was understood is for programs.</summary>
    public bool IsForPrograms(ParseResult parsed) => parsed.GetValue(this) == _forPrograms;

    /// <summary>Whether that was asked for, anywhere on a line that may not have been understood.</summary>
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

    /// <summary>As in --output=json, of which nothing is made on a line without such an option.</summary>
    private bool IsBoth(string word) => word.EndsWith(_forPrograms, StringComparison.Ordinal)
        && word[..^_forPrograms.Length] is var name && (IsOurs(name) || name.Length > 0 && name[^1] is '=' or ':' && IsOurs(name[..^1]));
}
