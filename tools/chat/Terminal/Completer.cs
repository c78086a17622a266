namespace ChatProtocol.Tools;

/// <summary>Proposes whole words for the one at the cursor; those that do not begin with it are left out by the editor.</summary>
/// <param name="before">What stands before the word, empty at the beginning of the line.</param>
/// <param name="word">What there is of the word.</param>
internal delegate IEnumerable<string> Completer(string before, string word);
