namespace ChatProtocol;

/// <summary>What the tables say of single characters. The same on every machine: nothing is asked of the system's libraries.</summary>
internal static class Characters
{
    private const int FirstDecomposed = 0xA0;
    private const int FirstMark = 0x300;

    public static CharacterClass ClassOf(int character) => (CharacterClass)(PropertiesOf(character) >> 8 & 7);

    /// <summary>The number of its script, or of the set of scripts it is used with; 0 if with any.</summary>
    public static int ScriptOf(int character) => (int)(PropertiesOf(character) & 0xFF);

    /// <summary>The scripts that one number stands for: a single one, unless it is used with several.</summary>
    public static ReadOnlySpan<byte> ScriptsOf(int script) =>
        UnicodeTables.SetScripts[UnicodeTables.SetStarts[script]..UnicodeTables.SetStarts[script + 1]];

    /// <summary>Simple lower case.</summary>
    public static int Lower(int character) => Map(UnicodeTables.LowerFrom, UnicodeTables.LowerTo, character) ?? character;

    /// <summary>Simple case folding.</summary>
    public static int Fold(int character) => Map(UnicodeTables.FoldFrom, UnicodeTables.FoldTo, character) ?? Lower(character);

    /// <summary>The class by which marks are ordered.</summary>
    public static int CombiningOf(int character) =>
        character < FirstMark ? 0 : (int)(LastUpTo(UnicodeTables.Combining, (uint)character << 8 | 0xFF) & 0xFF);

    /// <summary>The characters that look like this one; empty if it stands for itself.</summary>
    public static ReadOnlySpan<char> PrototypeOf(int character) =>
        Map(UnicodeTables.SkeletonFrom, UnicodeTables.SkeletonTo, character) is { } text ? TextAt(text) : [];

    /// <summary>
    /// The capital or digit of ASCII that it stands for though it has no decomposition, as a small capital or one in a black
    /// circle does; itself if there is none.
    /// </summary>
    public static int Styled(int character) => Find(UnicodeTables.StyledFrom, UnicodeTables.StyledTo, character);

    /// <summary>The small letter of ASCII that a Latin letter without a decomposition, or a regional indicator, is made of; itself if there is none.</summary>
    public static int Plain(int character) => Find(UnicodeTables.PlainFrom, UnicodeTables.PlainTo, character);

    /// <summary>Whether it is a mark that takes no room of its own (Mn and Me): others pile up on what is before it.</summary>
    public static bool IsNonspacingMark(int character) =>
        ClassOf(character) == CharacterClass.Mark && (LastUpTo(UnicodeTables.SpacingMarks, (uint)character << 8 | 0xFF) & 0xFF) == 0;

    /// <summary>The next step of its decomposition; empty if there is none.</summary>
    public static ReadOnlySpan<char> DecompositionOf(int character, bool compatible)
    {
        if (character < FirstDecomposed)
            return [];
        var step = Map(UnicodeTables.DecomposedFrom, UnicodeTables.DecomposedTo, character << 1);
        if (step is null && compatible)
            step = Map(UnicodeTables.DecomposedFrom, UnicodeTables.DecomposedTo, character << 1 | 1);
        return step is { } text ? TextAt(text) : [];
    }

    /// <summary>What two characters make together; null if they stay two.</summary>
    public static int? Compose(int first, int second)
    {
        const int Mask = (1 << 21) - 1;
        var pair = (ulong)first << 42 | (ulong)second << 21;
        var at = UnicodeTables.Compositions.BinarySearch(pair | Mask);
        // The one that is composed is always below the mask, so the pair stands right before.
        at = ~at - 1;
        return at >= 0 && UnicodeTables.Compositions[at] >> 21 == pair >> 21 ? (int)UnicodeTables.Compositions[at] & Mask : null;
    }

    private static uint PropertiesOf(int character) => LastUpTo(UnicodeTables.Properties, (uint)character << 11 | 0x7FF) & 0x7FF;

    private static uint LastUpTo(ReadOnlySpan<uint> table, uint key)
    {
        var at = table.BinarySearch(key);
        at = at < 0 ? ~at - 1 : at;
        return at < 0 ? 0 : table[at];
    }

    private static int? Map(ReadOnlySpan<int> from, ReadOnlySpan<int> to, int character) =>
        from.BinarySearch(character) is >= 0 and var at ? to[at] : null;

    private static int Find(ReadOnlySpan<int> from, ReadOnlySpan<byte> to, int character) =>
        from.BinarySearch(character) is >= 0 and var at ? to[at] : character;

    private static ReadOnlySpan<char> TextAt(int text) => UnicodeTables.Texts.Slice(text >> 5, text & 31);
}
