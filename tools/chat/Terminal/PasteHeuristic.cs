using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Tells typed keys from an unmarked paste, by the number of bytes that arrive at once.</summary>
internal static class PasteHeuristic
{
    /// <summary>The most bytes that typing gives in one read; more are a paste.</summary>
    private const int ByHand = 32;

    /// <summary>The keys of one read, with consecutive characters as one key; a tab in a paste is text.</summary>
    /// <param name="keys">The keys that were read.</param>
    /// <param name="bytes">The number of bytes that were read.</param>
    /// <param name="hasMore">Whether more input waits.</param>
    public static IReadOnlyList<Key> Gather(IReadOnlyList<Key> keys, int bytes, Func<bool> hasMore)
    {
        var gathered = new List<Key>();
        var run = new StringBuilder();
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] is { Code: KeyCode.Character, Modifiers: KeyModifiers.None, Text: var text })
                run.Append(text);
            else if (keys[i] == new Key(KeyCode.Tab) && (bytes > ByHand || IsFollowed(keys, i) || hasMore()))
                run.Append('\t');
            else
            {
                End(run, gathered);
                gathered.Add(keys[i]);
            }
        }
        End(run, gathered);
        return gathered;
    }

    private static bool IsFollowed(IReadOnlyList<Key> keys, int tab) =>
        keys.Skip(tab + 1).Any(key => key.Code is KeyCode.Character or KeyCode.Enter);

    private static void End(StringBuilder run, List<Key> gathered)
    {
        if (run.Length > 0)
            gathered.Add(Key.Character(run.ToString()));
        run.Clear();
    }
}
