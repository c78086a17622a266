using System.Collections;
using System.Text;

namespace ChatProtocol;

/// <summary>Text in a legacy charset, with the positions at which its characters begin. Immutable; any thread may read it.</summary>
public sealed class LegacyText
{
    private readonly BitArray _continued;

    internal LegacyText(byte[] bytes, BitArray continued)
    {
        Bytes = bytes;
        _continued = continued;
    }

    /// <summary>The bytes. Never write to their memory.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Whether a character begins at this byte, or the text ends there.</summary>
    /// <param name="index">From 0 to the length.</param>
    public bool IsBoundary(int index) => index == Bytes.Length || !_continued[index];

    /// <summary>
    /// Decodes bytes. Each byte that is part of no character becomes U+FFFD: a bad byte never swallows the next one
    /// (CP-LEG-012).
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> bytes, LegacyCharset charset)
    {
        var table = CharacterTable.Of(charset);
        var text = new StringBuilder(bytes.Length);
        Span<char> utf16 = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            var rune = table.Read(bytes, out var length);
            text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    /// <summary>Encodes text without line breaks of its own; see <see cref="LegacyTextBuilder.Append(ReadOnlySpan{char})"/>.</summary>
    public static LegacyText Encode(ReadOnlySpan<char> text, LegacyCharset charset)
    {
        var builder = new LegacyTextBuilder(charset);
        builder.Append(text);
        return builder.Build();
    }
}
