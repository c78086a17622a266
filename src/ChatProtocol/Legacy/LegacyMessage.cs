namespace ChatProtocol;

/// <summary>A message of a text client, parsed (CP-LEG-010).</summary>
public abstract record LegacyMessage
{
    /// <summary>The separator between the parts of a private message; at the beginning only, it marks a command.</summary>
    public const string Separator = "%%%";

    private LegacyMessage()
    {
    }

    /// <summary>A message to everybody.</summary>
    /// <param name="Text">The text; not empty.</param>
    public sealed record Say(Text Text) : LegacyMessage
    {
        /// <summary>
        /// Parts of the text beside percent signs that may be meant as the separator: if one of them is a user's name or
        /// address, the message is not delivered (CP-LEG-061). Usually empty.
        /// </summary>
        public IReadOnlyList<string> MayBeFor { get; init; } = [];
    }

    /// <summary>A private message: one part names the addressee, the other is the text, in either order.</summary>
    /// <param name="One">The first part; not empty.</param>
    /// <param name="Other">The second part; not empty.</param>
    public sealed record Whisper(string One, string Other) : LegacyMessage;

    /// <summary>A command to the server.</summary>
    /// <param name="Name">The command's name in lower case.</param>
    /// <param name="Argument">The text behind the name; may be empty.</param>
    public sealed record Command(string Name, string Argument) : LegacyMessage;

    /// <summary>A message that may be meant otherwise than it reads: it is not delivered, and the server tells its sender.</summary>
    /// <param name="Reason">Why it is not delivered.</param>
    public sealed record Rejected(LegacyRejection Reason) : LegacyMessage;

    /// <summary>
    /// Parses one message. It is split before it is decoded, and each part is decoded by itself, so that a bad byte cannot hide
    /// a separator (CP-LEG-011).
    /// </summary>
    /// <param name="bytes">The message without its newline; not empty.</param>
    /// <param name="charset">The client's charset.</param>
    public static LegacyMessage Parse(ReadOnlySpan<byte> bytes, LegacyCharset charset)
    {
        var cut = bytes.IndexOf("%%%"u8);
        if (cut < 0)
            return ToSay(LegacyText.Decode(bytes, charset));
        var other = bytes[(cut + Separator.Length)..];
        if (other.IndexOf("%%%"u8) >= 0)
            return new Rejected(LegacyRejection.ManyParts);
        var second = LegacyText.Decode(other, charset);
        if (cut == 0)
            return ToCommand(second);
        if (other.IsEmpty)
            return new Rejected(LegacyRejection.EmptyPart);
        var first = LegacyText.Decode(bytes[..cut], charset);
        return LegacySigns.LookLikeSeparator(first) || LegacySigns.LookLikeSeparator(second)
            ? new Rejected(LegacyRejection.ManyParts)
            : new Whisper(first, second);
    }

    private static LegacyMessage ToSay(string text) => LegacySigns.LookLikeSeparator(text)
        ? new Rejected(LegacyRejection.OtherSigns)
        : new Say(text) { MayBeFor = LegacySigns.Targets(text) };

    private static LegacyMessage ToCommand(string line)
    {
        var words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0
            ? new Rejected(LegacyRejection.EmptyPart)
            : new Command(words[0].ToLowerInvariant(), words.Length > 1 ? words[1] : "");
    }
}
