using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ChatProtocol.Tools;

/// <summary>The command line as bytes: in the strings that .NET passes, invalid UTF-8 is replaced.</summary>
internal static class RawArguments
{
    private const char Replacement = '\ufffd';

    /// <summary>The program and its arguments, as the bytes that the system holds.</summary>
    public static List<ReadOnlyMemory<byte>> OfProgram()
    {
        ReadOnlyMemory<byte> all = File.ReadAllBytes("/proc/self/cmdline");
        var arguments = new List<ReadOnlyMemory<byte>>();
        while (!all.IsEmpty)
        {
            var end = all.Span.IndexOf((byte)0);
            arguments.Add(end < 0 ? all : all[..end]);
            all = end < 0 ? default : all[(end + 1)..];
        }
        return arguments;
    }

    /// <summary>The error of the first argument that is not UTF-8; null if all are.</summary>
    /// <param name="args">The arguments as the program was given them.</param>
    public static string? Validate(string[] args)
    {
        // Without a replacement character in the strings there is nothing to check.
        if (!OperatingSystem.IsLinux() || !args.Any(arg => arg.Contains(Replacement, StringComparison.Ordinal)))
            return null;
        var raw = OfProgram();
        // Before the arguments stand the program's name and, unless it is a native build, the name of the .NET host.
        raw.RemoveRange(0, Math.Max(0, raw.Count - args.Length));
        var wrong = raw.FindIndex(argument => !Utf8.IsValid(argument.Span));
        return wrong < 0 ? null : $"argument {wrong + 1} is no valid UTF-8: '{InWords(raw[wrong].Span)}'";
    }

    /// <summary>The bytes as text, with those that are not UTF-8 as escapes.</summary>
    private static string InWords(ReadOnlySpan<byte> bytes)
    {
        var words = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
            if (status == OperationStatus.Done)
                words.Append(rune.ToString());
            else
                foreach (var one in bytes[..length])
                    words.Append(CultureInfo.InvariantCulture, $@"\x{one:x2}");
            bytes = bytes[length..];
        }
        return words.ToString();
    }
}
