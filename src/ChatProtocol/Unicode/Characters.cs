namespace ChatProtocol;

/// <summary>
/// The properties of single characters, from the library's own tables: the same on every machine, whatever the system's
/// libraries.
/// </summary>
internal static class Characters
{
    private const int FirstDecomposed = 0xA0;
    private const int FirstMark = 0x300;

    public static CharacterClass ClassOf(int character) => (CharacterClass)(PropertiesOf(character) >> 8 & 7);

    /// <summary>The number of the character's script, or of the set of scripts it is used with; 0 if it is used with any.</summary>
    public static int ScriptOf(int character) => (int)(PropertiesOf(character) & 0xFF);

    /// <summary>The scripts that a number stands for: one, or the members of a set.</summary>
    public static ReadOnlySpan<byte> ScriptsOf(int script) =>
        UnicodeTables.SetScripts[UnicodeTables.SetStarts[script]..UnicodeTables.SetStarts[script + 1]];

    /// <summary>Simple lower case.</summary>
    public static int Lower(int character) => Map(UnicodeTables.LowerFrom, UnicodeTables.LowerTo, character) ?? character;

    /// <summary>Simple case folding.</summary>
    public static int Fold(int character) => Map(UnicodeTables.FoldFrom, UnicodeTables.FoldTo, character) ?? Lower(character);

    /// <summary>The combining class, by which marks are ordered.</summary>
    public static int CombiningOf(int character) =>
        character < FirstMark ? 0 : (int)(LastUpTo(UnicodeTables.Combining, (uint)character << 8 | 0xFF) & 0xFF);

    /// <summary>The look-alike prototype of the character; empty if the character is its own.</summary>
    public static ReadOnlySpan<char> PrototypeOf(int character) =>
        Map(UnicodeTables.SkeletonFrom, UnicodeTables.SkeletonTo, character) is { } text ? TextAt(text) : [];

    /// <summary>
    /// The capital or digit of ASCII that a styled character without a decomposition stands for, such as a small capital or a
    /// letter in a black circle; the character itself if there is none.
    /// </summary>
    public static int Styled(int character) => Find(UnicodeTables.StyledFrom, UnicodeTables.StyledTo, character);

    /// <summary>
    /// The small ASCII letter in a Latin letter without a decomposition, or in a regional indicator; the character itself if
    /// there is none.
    /// </summary>
    public static int Plain(int character) => Find(UnicodeTables.PlainFrom, UnicodeTables.PlainTo, character);

    /// <summary>Whether the character is a mark without a width of its own (Mn and Me), which is drawn over the character before it.</summary>
    public static bool IsNonspacingMark(int character) =>
        ClassOf(character) == CharacterClass.Mark && (LastUpTo(UnicodeTables.SpacingMarks, (uint)character << 8 | 0xFF) & 0xFF) == 0;

    /// <summary>The next step of the character's decomposition; empty if there is none.</summary>
    public static ReadOnlySpan<char> DecompositionOf(int character, bool compatible)
    {
        if (character < FirstDecomposed)
            return [];
        var step = Map(UnicodeTables.DecomposedFrom, UnicodeTables.DecomposedTo, character << 1);
        if (step is null && compatible)
            step = Map(UnicodeTables.DecomposedFrom, UnicodeTables.DecomposedTo, character << 1 | 1);
        return step is { } text ? TextAt(text) : [];
    }

    /// <summary>The character that two characters compose; null if they compose none.</summary>
    public static int? Compose(int first, int second)
    {
        const int Mask = (1 << 21) - 1;
        var pair = (ulong)first << 42 | (ulong)second << 21;
        var at = UnicodeTables.Compositions.BinarySearch(pair | Mask);
        // The composed character is always below the mask, so the pair's row stands right before the insertion point.
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
