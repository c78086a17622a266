namespace ChatProtocol;

/// <summary>What a plain text client means by one message (CP-LEG-010).</summary>
public abstract record LegacyMessage
{
    /// <summary>What parts a private message; alone at the beginning it makes a command.</summary>
    public const string Separator = "%%%";

    private LegacyMessage()
    {
    }

    /// <summary>For everybody.</summary>
    /// <param name="Text">What is said; not empty.</param>
    public sealed record Say(Text Text) : LegacyMessage
    {
        /// <summary>
        /// Parts of the text beside percent signs that may be meant for the separator: it is for nobody if one of them is
        /// a name or an address of somebody (CP-LEG-061). Mostly none.
        /// </summary>
        public IReadOnlyList<string> MayBeFor { get; init; } = [];
    }

    /// <summary>For one: one part names whom, the other is what is said, in either order.</summary>
    /// <param name="One">The first part; not empty.</param>
    /// <param name="Other">The second part; not empty.</param>
    public sealed record Whisper(string One, string Other) : LegacyMessage;

    /// <summary>For the server.</summary>
    /// <param name="Name">In lower case.</param>
    /// <param name="Argument">What stands behind it; may be empty.</param>
    public sealed record Command(string Name, string Argument) : LegacyMessage;

    /// <summary>Not to be understood without doubt: it goes to nobody, and its sender is told.</summary>
    /// <param name="Doubt">Why.</param>
    public sealed record Unclear(LegacyDoubt Doubt) : LegacyMessage;

    /// <summary>
    /// Reads one message. It is parted before it is decoded, and each part is decoded by itself, so that a bad byte cannot
    /// hide a separator (CP-LEG-011).
    /// </summary>
    /// <param name="bytes">The message without its end; not empty.</param>
    /// <param name="charset">What the bytes mean.</param>
    public static LegacyMessage Parse(ReadOnlySpan<byte> bytes, LegacyCharset charset)
    {
        var cut = bytes.IndexOf("%%%"u8);
        if (cut < 0)
            return ToSay(LegacyText.Decode(bytes, charset));
        var other = bytes[(cut + Separator.Length)..];
        if (other.IndexOf("%%%"u8) >= 0)
            return new Unclear(LegacyDoubt.ManyParts);
        var second = LegacyText.Decode(other, charset);
        if (cut == 0)
            return ToCommand(second);
        if (other.IsEmpty)
            return new Unclear(LegacyDoubt.EmptyPart);
        var first = LegacyText.Decode(bytes[..cut], charset);
        return LegacySigns.LookLikeSeparator(first) || LegacySigns.LookLikeSeparator(second)
            ? new Unclear(LegacyDoubt.ManyParts)
            : new Whisper(first, second);
    }

    private static LegacyMessage ToSay(string text) => LegacySigns.LookLikeSeparator(text)
        ? new Unclear(LegacyDoubt.OtherSigns)
        : new Say(text) { MayBeFor = LegacySigns.Targets(text) };

    private static LegacyMessage ToCommand(string line)
    {
        var words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0
            ? new Unclear(LegacyDoubt.EmptyPart)
            : new Command(words[0].ToLowerInvariant(), words.Length > 1 ? words[1] : "");
    }
}
