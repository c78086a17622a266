using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Tools;

/// <summary>A line of the input, with its number from 1.</summary>
internal readonly record struct InputLine(long Number, Text Text);

/// <summary>The bytes of a line without its newline, with its number from 1.</summary>
internal readonly record struct InputBytes(long Number, byte[] Bytes)
{
    /// <exception cref="InvalidDataException">The line is not UTF-8.</exception>
    public Text ToText() =>
        Text.TryFromUtf8(Bytes, out var text) ? text : throw new InvalidDataException($"line {Number} is no valid UTF-8");
}

/// <summary>Reads standard input as messages, one for each line that is not empty.</summary>
internal static class InputLines
{
    /// <summary>The longest line, in bytes: more than any server accepts, so a longer one is not read to its end.</summary>
    private const int MaxLine = 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <param name="input">Where they come from.</param>
    /// <param name="stop">Cancels the reading; a read under way is abandoned.</param>
    /// <param name="takesCommands">Whether a line may be any text; if not, a line that would be a command on a terminal is refused.</param>
    /// <exception cref="InvalidDataException">A line is no UTF-8, longer than a megabyte, or a command; the message names it.</exception>
    public static async IAsyncEnumerable<InputLine> ReadAsync(
        Stream input, [EnumeratorCancellation] CancellationToken stop, bool takesCommands = true)
    {
        await foreach (var line in ReadBytesAsync(input, stop))
        {
            var text = line.ToText();
            if (!takesCommands && SlashPrefix.IsCommand(text.ToString()))
                throw new InvalidDataException($"line {line.Number} is a command, and commands are for a terminal; chat send - takes every line as a text");
            yield return new InputLine(line.Number, text);
        }
    }

    /// <summary>Reads the lines as bytes.</summary>
    /// <param name="input">Where they come from.</param>
    /// <param name="stop">Cancels the reading; a read under way is abandoned.</param>
    /// <param name="endsUnfinished">Whether the bytes behind the last newline are a line too.</param>
    /// <exception cref="InvalidDataException">A line is longer than a megabyte; the message names it.</exception>
    public static async IAsyncEnumerable<InputBytes> ReadBytesAsync(
        Stream input, [EnumeratorCancellation] CancellationToken stop, bool endsUnfinished = true)
    {
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var number = 0L;
        while (true)
        {
            // A read of a pipe or a terminal cannot be cancelled; a waiting one is abandoned, and does not keep the program from exiting.
            var read = await pipe.ReadAsync(CancellationToken.None).AsTask().WaitAsync(stop);
            var rest = read.Buffer;
            while (TryTakeLine(ref rest, read.IsCompleted && endsUnfinished, out var bytes))
            {
                number++;
                if (bytes.Length > 0)
                    yield return new InputBytes(number, bytes);
            }
            if (read.IsCompleted)
                yield break;
            if (rest.Length > MaxLine)
                throw new InvalidDataException($"line {number + 1} is longer than {MaxLine} bytes");
            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static bool TryTakeLine(ref ReadOnlySequence<byte> rest, bool isLast, out byte[] line)
    {
        line = [];
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = Trim(rest.Slice(0, end));
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }
        if (!isLast || rest.IsEmpty)
            return false;
        line = Trim(rest);
        rest = rest.Slice(rest.End);
        return true;
    }

    private static byte[] Trim(in ReadOnlySequence<byte> bytes)
    {
        var line = bytes.ToArray().AsSpan();
        if (line.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        return line.EndsWith("\r"u8) ? line[..^1].ToArray() : line.ToArray();
    }
}
