using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>A text that begins with the time at which it was due to be posted, from which a receiver computes the latency.</summary>
internal static class TimedText
{
    /// <summary>The size of the time in bytes, and so of the shortest such text.</summary>
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
