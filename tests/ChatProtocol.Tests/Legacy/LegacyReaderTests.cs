using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class LegacyReaderTests
{
    /// <summary>What goes wrong where it can: separators, leads, trails, line ends, and ordinary text.</summary>
    private static readonly byte[] Troublesome = [.. "%%%%%%%\n\n\r abc019\t"u8, 0x81, 0xB0, 0xC4, 0xFE, 0xFF, 0x80, 0x40];

    private static readonly Gen<byte> Bytes = Gen.Int[0, Troublesome.Length - 1].Select(i => Troublesome[i]);

    [Spec("CP-LEG-005", "CP-LEG-012")]
    [Fact(Timeout = 60_000)]
    public void Every_pair_of_GBK_is_the_same_wherever_it_is_cut()
    {
        for (var lead = 0x81; lead <= 0xFE; lead++)
            for (var trail = 0x40; trail <= 0xFE; trail++)
            {
                if (trail == 0x7F)
                    continue;
                byte[] message = [.. "a"u8, (byte)lead, (byte)trail, .. "%%%"u8, (byte)lead, (byte)trail];
                var whole = Read(LegacyCharset.Gbk, message);
                Assert.Equal($"Whisper a{Character(lead, trail)}|{Character(lead, trail)}", Assert.Single(whole));
                for (var cut = 1; cut < message.Length; cut++)
                    Assert.Equal(whole, Read(LegacyCharset.Gbk, message[..cut], message[cut..]));
            }
    }

    [Spec("CP-LEG-005")]
    [Theory(Timeout = 60_000)]
    [InlineData(LegacyCharset.Gbk)]
    [InlineData(LegacyCharset.Gb18030)]
    public void A_stream_means_the_same_whatever_the_reads(LegacyCharset charset) =>
        Gen.Select(Bytes.Array[0, 200], Gen.Int[1, 7]).Sample((stream, step) =>
            Read(charset, stream).SequenceEqual(Read(charset, [.. stream.Chunk(step)])), iter: 3000);

    [Spec("CP-LEG-005", "CP-LEG-007", "CP-LEG-010", "CP-LEG-011", "CP-LEG-012", "CP-LEG-013", "CP-LEG-014")]
    [Theory(Timeout = 60_000)]
    [InlineData(LegacyCharset.Gbk)]
    [InlineData(LegacyCharset.Gb18030)]
    public void Any_stream_is_read_as_by_somebody_else(LegacyCharset charset) =>
        Bytes.Array[0, 200].Sample(stream => Assert.Equal(Reference(stream, charset == LegacyCharset.Gb18030), Read(charset, stream)), iter: 5000);

    [Spec("CP-LEG-006")]
    [Fact(Timeout = 20_000)]
    public void Every_control_character_is_told_and_what_stood_before_it_in_lines_of_its_own_is_kept()
    {
        for (var control = 0; control < 0x80; control++)
        {
            var isControl = control is < 0x20 and not ('\t' or '\r' or '\n') or 0x7F;
            var messages = new List<LegacyMessage>();
            var reader = new LegacyReader(LegacyCharset.Gbk, 1000);
            byte[] stream = [.. "before\nnot whole "u8, (byte)control];
            if (isControl)
                Assert.Equal(ErrorCode.Malformed, Assert.Throws<ProtocolViolation>(() => reader.Add(stream, messages)).Code);
            else
                reader.Add(stream, messages);
            Assert.Equal("before", Assert.IsType<LegacyMessage.Say>(messages[0]).Text.ToString());
        }
    }

    [Spec("CP-LEG-015")]
    [Theory]
    [InlineData("x", 1001, "Rejected TooLong")]
    [InlineData("x", 1000, "Say 1000")]
    [InlineData("bob%%%", 167, "Rejected TooLong")]
    public void A_message_beyond_the_limit_is_dropped_to_its_end(string text, int times, string first)
    {
        var stream = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)) + "\nnext\n");
        foreach (var step in new[] { 1, 7, 999, 5000 })
        {
            var messages = Read(LegacyCharset.Gbk, [.. stream.Chunk(step)]);
            Assert.Equal([first, "Say next"], messages.Select(m => m.Length > 100 ? $"Say {m.Length - 4}" : m));
        }
    }

    [Fact]
    public void A_message_that_never_ends_is_not_gathered()
    {
        var reader = new LegacyReader(LegacyCharset.Gbk, 65_536);
        var messages = new List<LegacyMessage>();
        var piece = new byte[64 * 1024];
        piece.AsSpan().Fill((byte)'x');
        reader.Add(piece, messages);
        reader.Add(piece, messages);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            reader.Add(piece, messages);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
        Assert.Empty(messages);
        reader.End(messages);
        Assert.Equal(new LegacyMessage.Rejected(LegacyRejection.TooLong), Assert.Single(messages));
    }

    [Spec("CP-LEG-016")]
    [Theory]
    [InlineData("127.0.0.1:54321", "127.0.0.1:54321")]
    [InlineData(" 54321 ", ":54321")]
    [InlineData("('127.0.0.1', 54321)", "127.0.0.1:54321")]
    [InlineData("(\"127.0.0.1\",54321)", "127.0.0.1:54321")]
    [InlineData("('::1', 54321, 0, 0)", "[::1]:54321")]
    [InlineData("[::1]:54321", "[::1]:54321")]
    [InlineData("65536", null)]
    [InlineData("bob", null)]
    [InlineData("bob:1", null)]
    [InlineData("('127.0.0.1\", 54321)", null)]
    [InlineData("('127.0.0.1', 54321) hi", null)]
    [InlineData("١٢٣", null)]
    [InlineData("", null)]
    public void An_address_is_told_from_a_name(string text, string? address) => Assert.Equal(address, LegacyTarget.ToAddress(text));

    private static List<string> Read(LegacyCharset charset, params byte[][] reads)
    {
        var reader = new LegacyReader(charset, 1000);
        var messages = new List<LegacyMessage>();
        foreach (var read in reads)
            reader.Add(read, messages);
        reader.End(messages);
        return [.. messages.Select(Show)];
    }

    private static string Show(LegacyMessage message) => message switch
    {
        LegacyMessage.Say say => $"Say {say.Text}",
        LegacyMessage.Whisper whisper => $"Whisper {whisper.One}|{whisper.Other}",
        LegacyMessage.Command command => $"Command {command.Name}|{command.Argument}",
        LegacyMessage.Rejected rejected => $"Rejected {rejected.Reason}",
        _ => "?",
    };

    private static string Character(int lead, int trail) =>
        CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetString([(byte)lead, (byte)trail]);

    /// <summary>The rules of the spec once more, on the whole stream at once and with other means.</summary>
    private static List<string> Reference(byte[] stream, bool hasFours)
    {
        var latin = Encoding.Latin1.GetString(stream);
        var lines = latin.Split('\n');
        var shown = new List<string>();
        var wasPrivate = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
            if (line.Length == 0)
                continue;
            var parts = line.Split("%%%");
            var texts = parts.Select(part => Squeeze(Decode(part, hasFours))).ToList();
            var hasSigns = texts.Exists(text => text.Contains("%%%", StringComparison.Ordinal)) && (parts.Length != 2 || parts[0].Length * parts[1].Length > 0);
            var isPrivate = hasSigns || parts.Length > 2 || (parts.Length == 2 && (parts[0].Length > 0 || Decode(parts[1], hasFours).Trim().Length == 0))
                || (parts.Length == 1 && MayBePrivate(texts[0]));
            shown.Add(parts switch
            {
                [_] when hasSigns => "Rejected OtherSigns",
                [_, _] when hasSigns => "Rejected ManyParts",
                [_] when wasPrivate && i == lines.Length - 1 => "Rejected BehindPrivate",
                [var text] => $"Say {Decode(text, hasFours)}",
                ["", var command] when Decode(command, hasFours).Trim() is { Length: > 0 } words => Command(words),
                ["", _] or [_, ""] => "Rejected EmptyPart",
                [var one, var other] => $"Whisper {Decode(one, hasFours)}|{Decode(other, hasFours)}",
                _ => "Rejected ManyParts",
            });
            wasPrivate |= isPrivate;
        }
        return shown;
    }

    /// <summary>With nothing between signs that stand together.</summary>
    private static string Squeeze(string text) => Regex.Replace(text, @"(?<=%)[\s\p{Cf}\uFFFD]+(?=%)", "", RegexOptions.CultureInvariant);

    private static bool MayBePrivate(string text)
    {
        var parts = text.Split("%%");
        return (parts.Length > 1 && Array.Exists(parts, part => part.Trim().Length is > 0 and <= 128))
            || Regex.Match(text, "^([^%]+)%(?!%)", RegexOptions.CultureInvariant).Groups[1].Value.Trim() is { Length: > 0 and <= 128 } first && !first.All(char.IsDigit);
    }

    private static string Command(string words)
    {
        var space = words.AsSpan().IndexOfAny(" \t\r");
        return space < 0 ? $"Command {words.ToLowerInvariant()}|" : $"Command {words[..space].ToLowerInvariant()}|{words[space..].Trim()}";
    }

    /// <summary>By a grammar and the framework's own decoder, not by a table.</summary>
    private static string Decode(string latin, bool hasFours)
    {
        var four = hasFours ? "[\x81-\xFE][0-9][\x81-\xFE][0-9]|" : "";
        var character = new Regex($"\\G(?:{four}[\x81-\xFE][\x40-\x7E\x80-\xFE])", RegexOptions.CultureInvariant);
        var text = new StringBuilder();
        for (var at = 0; at < latin.Length;)
        {
            var match = character.Match(latin, at);
            if (match.Success && Framework(match.Value, hasFours) is { } decoded)
            {
                text.Append(decoded);
                at += match.Length;
            }
            else
            {
                text.Append(latin[at] switch { < '\x80' => latin[at], '\x80' => '€', _ => '\uFFFD' });
                at++;
            }
        }
        return text.ToString();
    }

    private static string? Framework(string character, bool hasFours)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(hasFours ? 54936 : 936, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!
                .GetString(Encoding.Latin1.GetBytes(character));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
