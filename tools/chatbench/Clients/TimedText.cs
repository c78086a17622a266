using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A text that says when it was to be posted, so that every receiver of it knows what it took.</summary>
internal static class TimedText
{
    /// <summary>Bytes that the moment takes; no such text is shorter.</summary>
    public const int MinSize = 16;

    public static Text Of(long due, int size)
    {
        var bytes = new byte[size];
        bytes.AsSpan().Fill((byte)'.');
        Encoding.ASCII.GetBytes(due.ToString("x16", CultureInfo.InvariantCulture), bytes);
        return Text.TryFromUtf8(bytes, out var text) ? text : throw new InvalidOperationException();
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out long due)
    {
        due = 0;
        return text.Length >= MinSize && Utf8Parser.TryParse(text[..MinSize], out due, out var length, 'x') && length == MinSize;
    }
}
