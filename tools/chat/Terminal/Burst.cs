using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Tells what a person typed from what came in one go, as the paste of a terminal that does not mark pastes.</summary>
internal static class Burst
{
    /// <summary>More bytes than anybody types between two looks.</summary>
    private const int ByHand = 32;

    /// <summary>The same keys, with characters that follow one another as one, and tabs among them as text.</summary>
    /// <param name="keys">What was read.</param>
    /// <param name="bytes">How many bytes it was.</param>
    /// <param name="hasMore">Whether more waits behind it.</param>
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
