namespace ChatProtocol.Tools;

/// <summary>Completes the word at the cursor; a repeated Tab cycles through the candidates.</summary>
internal sealed class WordCompletion(Completer completer)
{
    private string[] _candidates = [];
    private string _before = "", _after = "";
    private int _next;

    /// <summary>Forgets the candidates, after any key but Tab: the next Tab completes another word.</summary>
    public void Reset() => _candidates = [];

    public (string Text, int Cursor)? Next(string text, int cursor)
    {
        if (_candidates.Length == 0)
            Begin(text, cursor);
        if (_candidates.Length == 0)
            return null;

        var beginning = $"{_before}{_candidates[_next]} ";
        _next = (_next + 1) % _candidates.Length;
        return (beginning + _after, beginning.Length);
    }

    private void Begin(string text, int cursor)
    {
        var start = text.AsSpan(0, cursor).LastIndexOfAny(" \n\t") + 1;
        var word = text[start..cursor];
        (_before, _after, _next) = (text[..start], text[cursor..].TrimStart(' '), 0);
        _candidates = [.. completer(_before, word)
            .Where(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase) && !WouldCommand(word, c)).Distinct()];
    }

    // A name may begin with /; completed at the beginning of a line it would turn a text into a command.
    private bool WouldCommand(string word, string candidate) =>
        string.IsNullOrWhiteSpace(_before) && SlashPrefix.Begins(candidate) && !SlashPrefix.Begins(word);
}
