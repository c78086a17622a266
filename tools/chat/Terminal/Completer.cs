namespace ChatProtocol.Tools;

/// <summary>Proposes whole words for the one at the cursor; the editor drops those that do not begin with it.</summary>
/// <param name="before">The text before the word, empty at the beginning of the line.</param>
/// <param name="word">The typed part of the word.</param>
internal delegate IEnumerable<string> Completer(string before, string word);
