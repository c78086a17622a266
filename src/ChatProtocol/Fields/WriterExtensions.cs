using System.Text;
using MessagePack;

namespace ChatProtocol;

/// <summary>The field types of frames that MessagePack's writer lacks. Integers take their shortest form (CP-ENC-003).</summary>
internal static class WriterExtensions
{
    /// <summary>The most bytes of UTF-8 that one UTF-16 unit takes.</summary>
    private const int MaxBytesOfChar = 3;

    private const string Ellipsis = "…";

    public static void Begin(ref this MessagePackWriter writer, int code, int fields)
    {
        writer.WriteArrayHeader(1 + fields);
        writer.Write((uint)code);
    }

    /// <summary>A text for people, cut to at most so many bytes, since a reader refuses a longer one (CP-ERR-005).</summary>
    public static void WriteWords(ref this MessagePackWriter writer, string? words, int maxBytes) =>
        writer.Write(words is null || words.Length <= maxBytes / MaxBytesOfChar || Encoding.UTF8.GetByteCount(words) <= maxBytes ? words : Cut(words, maxBytes));

    public static void Write(ref this MessagePackWriter writer, Text text) => writer.WriteString(text.Utf8.Span);

    public static void WriteOptional(ref this MessagePackWriter writer, ulong? value)
    {
        if (value is { } number)
            writer.Write(number);
        else
            writer.WriteNil();
    }

    public static void WriteOptional(ref this MessagePackWriter writer, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
            writer.Write(bytes.Span);
        else
            writer.WriteNil();
    }

    public static void WriteOptional(ref this MessagePackWriter writer, Text? value)
    {
        if (value is { } text)
            writer.Write(text);
        else
            writer.WriteNil();
    }

    public static void WriteStrings(ref this MessagePackWriter writer, IReadOnlyList<string> values)
    {
        writer.WriteArrayHeader(values.Count);
        foreach (var value in values)
            writer.Write(value);
    }

    public static void Write(ref this MessagePackWriter writer, Limits limits)
    {
        var all = limits.ByName().ToList();
        writer.WriteMapHeader(all.Count);
        foreach (var (name, value) in all)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }

    private static string Cut(string words, int maxBytes)
    {
        var left = maxBytes - Encoding.UTF8.GetByteCount(Ellipsis);
        var end = 0;
        foreach (var rune in words.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
                break;
            end += rune.Utf16SequenceLength;
        }
        return words[..end] + Ellipsis;
    }
}
