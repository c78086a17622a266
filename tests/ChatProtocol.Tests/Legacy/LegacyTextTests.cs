using System.Text;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class LegacyTextTests
{
    // As much of ASCII as of everything else, so that runs of both follow each other.
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Int[0, 0x10FFFF], Gen.Int[0x20, 0x7E]).Where(Rune.IsValid).Select(value => new Rune(value).ToString()).Array[0, 40]
        .Select(string.Concat);

    private static readonly string[] Forgeries = ["a", "\n", "\r", "\u2028", "\u0085", "\v", "\f", "%%%", "*** x", "[私聊] eve: x", "eve: y", " "];

    [Spec("CP-LEG-021", "CP-LEG-031")]
    [Fact(Timeout = 60_000)]
    public void Every_character_comes_back_as_it_was_or_as_its_number()
    {
        foreach (var charset in Enum.GetValues<LegacyCharset>())
            for (var value = 0; value <= 0x10FFFF; value += value < 0x30000 ? 1 : 997)
            {
                if (!Rune.IsValid(value))
                    continue;
                var character = new Rune(value).ToString();
                var text = LegacyText.Encode(character, charset);
                var back = LegacyText.Decode(text.Bytes.Span, charset);
                Assert.True(back == character || back == $"[U+{value:X4}]", $"U+{value:X4} comes back as {back}");
                Assert.True(back == character || charset == LegacyCharset.Gbk || !Rune.IsLetter(new Rune(value)), $"U+{value:X4} is missing");
            }
    }

    [Spec("CP-LEG-031")]
    [Theory]
    [InlineData(LegacyCharset.Gbk, 936)]
    [InlineData(LegacyCharset.Gb18030, 54936)]
    [InlineData(LegacyCharset.Utf8, 65001)]
    public void Whatever_is_written_is_valid_and_its_characters_begin_where_it_says(LegacyCharset charset, int codePage)
    {
        var strict = StrictEncoding.Of(codePage);
        Texts.Sample(characters =>
        {
            var builder = new LegacyTextBuilder(charset);
            builder.AppendEntry("", "bob", characters);
            var text = builder.Build();
            var bytes = text.Bytes.Span;
            Assert.Equal((byte)'\n', bytes[^1]);
            Assert.Equal(-1, bytes.IndexOf("%%%"u8));
            // 80 is valid for Windows, and for nobody else.
            var starts = Enumerable.Range(0, bytes.Length).Where(text.IsBoundary).Append(bytes.Length).ToList();
            foreach (var (start, end) in starts.Zip(starts.Skip(1)))
            {
                Assert.NotEqual(0x80, bytes[start]);
                Assert.Single(strict.GetString(bytes[start..end]).EnumerateRunes());
            }
        }, iter: 2000);
    }

    [Spec("CP-LEG-022")]
    [Fact]
    public void No_text_makes_a_line_that_does_not_begin_with_its_authors_name_or_four_spaces() =>
        Gen.Int[0, Forgeries.Length - 1].Select(i => Forgeries[i]).Array[0, 20].Select(string.Concat).Sample(said =>
        {
            var builder = new LegacyTextBuilder(LegacyCharset.Gbk);
            builder.AppendEntry("", "bob", said);
            var lines = LegacyText.Decode(builder.Build().Bytes.Span, LegacyCharset.Gbk).Split('\n');
            return lines[0].StartsWith("bob: ", StringComparison.Ordinal)
                && lines[1..^1].All(line => line.StartsWith("    ", StringComparison.Ordinal)) && lines[^1].Length == 0;
        });

    [Spec("CP-LEG-031")]
    [Fact(Timeout = 60_000)]
    public async Task Python_reads_strictly_what_is_written()
    {
        foreach (var (charset, name) in new[] { (LegacyCharset.Gbk, "gbk"), (LegacyCharset.Gb18030, "gb18030"), (LegacyCharset.Utf8, "utf-8") })
        {
            var builder = new LegacyTextBuilder(charset);
            for (var value = 0x20; value < 0x20000; value++)
                if (Rune.IsValid(value))
                    builder.Append(new Rune(value).ToString());
            var read = await ToolProcess.RunAsync(
                "python3", ["-c", $"import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode('{name}').encode('utf-8'))"],
                new Dictionary<string, string>(), builder.Build().Bytes);
            Assert.Equal(LegacyText.Decode(builder.Build().Bytes.Span, charset), read.Done().Output);
        }
    }
}
