using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ChatProtocol.Tools;

/// <summary>The command line as the system has it: .NET has replaced what is no UTF-8 before the program sees it.</summary>
internal static class RawArguments
{
    private const char Replacement = '\ufffd';

    /// <summary>The program and its arguments, byte by byte.</summary>
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

    /// <summary>What is wrong with the first argument that is no UTF-8; null if all are.</summary>
    /// <param name="args">The arguments as the program was given them.</param>
    public static string? Complain(string[] args)
    {
        // Only where something may have been replaced there is anything to look for.
        if (!OperatingSystem.IsLinux() || !args.Any(arg => arg.Contains(Replacement, StringComparison.Ordinal)))
            return null;
        var raw = OfProgram();
        // In front of them are the program's name and, where it was not built natively, that of what runs it.
        raw.RemoveRange(0, Math.Max(0, raw.Count - args.Length));
        var wrong = raw.FindIndex(argument => !Utf8.IsValid(argument.Span));
        return wrong < 0 ? null : $"argument {wrong + 1} is no valid UTF-8: '{InWords(raw[wrong].Span)}'";
    }

    /// <summary>With the bytes that are no text as escapes.</summary>
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
