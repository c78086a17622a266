using System.Text;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class LegacyLayoutTests
{
    private static readonly Gen<string> Words = Gen.Char["a b你好世界…—€（％ "].Array[0, 900].Select(characters => new string(characters));

    /// <summary>Whole lines as they are sent, without a name before them.</summary>
    public static LegacyText Lines(string lines, LegacyCharset charset)
    {
        var builder = new LegacyTextBuilder(charset);
        foreach (var line in lines.TrimEnd('\n').Split('\n'))
        {
            builder.Append(line);
            builder.EndLine();
        }
        return builder.Build();
    }

    [Spec("CP-LEG-030", "CP-LEG-032")]
    [Theory(Timeout = 60_000)]
    [InlineData(LegacyCharset.Gbk, 936)]
    [InlineData(LegacyCharset.Gb18030, 54936)]
    [InlineData(LegacyCharset.Utf8, 65001)]
    public void A_strict_reader_of_1024_bytes_never_sees_half_a_character_wherever_it_falls_behind(LegacyCharset charset, int codePage)
    {
        var strict = StrictEncoding.Of(codePage);
        // What is sent, the pause before it in milliseconds, and whether the reader reads then, all that there is or a part.
        var sending = Gen.Select(Words, Gen.Int[0, 400], Gen.Int[0, 9]);
        sending.Array[1, 60].Sample(sendings =>
        {
            var layout = new LegacyLayout();
            var (now, lastRead) = (0, 0);
            var unread = new Queue<byte>();
            var unsent = new Queue<byte>();
            foreach (var (words, pause, mood) in sendings)
            {
                now += pause;
                // A reader is never later than a second.
                if (mood == 0 || now - lastRead > 900)
                    (lastRead, _) = (now, Read(unread, int.MaxValue, strict));
                else if (mood < 4)
                    Read(unread, mood, strict);
                foreach (var b in layout.Lay(Lines(words, charset), TimeSpan.FromMilliseconds(now)).Span)
                    unsent.Enqueue(b);
                // Now and then the network has no room, and all goes out later.
                if (mood != 9)
                    Send(layout, unsent, unread, now);
            }
            Send(layout, unsent, unread, now);
            Read(unread, int.MaxValue, strict);
        }, iter: 2000);
    }

    [Spec("CP-LEG-030")]
    [Fact]
    public void Only_spaces_are_put_in_and_nothing_is_lost() =>
        Words.Array[1, 60].Sample(lines =>
        {
            var layout = new LegacyLayout();
            var sent = lines.Select(line => Encode(layout.Lay(Lines(line, LegacyCharset.Gbk), TimeSpan.Zero)));
            return Squeeze(string.Concat(sent)) == Squeeze(string.Concat(lines.Select(line => LegacyText.Decode(Lines(line, LegacyCharset.Gbk).Bytes.Span, LegacyCharset.Gbk))));
        }, iter: 2000);

    [Spec("CP-LEG-033")]
    [Fact]
    public void A_line_is_never_filled_with_more_than_64_spaces()
    {
        var layout = new LegacyLayout();
        var text = Lines("a short line", LegacyCharset.Gbk);
        for (var i = 0; i < 5000; i++)
            Assert.InRange(layout.Lay(text, TimeSpan.FromMilliseconds(i)).Length, text.Bytes.Length, text.Bytes.Length + 64);
    }

    [Fact]
    public void A_quiet_conversation_is_sent_as_it_is()
    {
        var layout = new LegacyLayout();
        var text = Lines("小王: 大家好，今天天气不错", LegacyCharset.Gbk);
        for (var i = 0; i < 1000; i++)
        {
            var now = TimeSpan.FromMilliseconds(50 * i);
            var bytes = layout.Lay(text, now);
            layout.Sent(bytes.Length, now);
            Assert.True(bytes.Span.SequenceEqual(text.Bytes.Span));
        }
    }

    private static string Encode(ReadOnlyMemory<byte> bytes) => LegacyText.Decode(bytes.Span, LegacyCharset.Gbk);

    private static string Squeeze(string text) => text.Replace(" ", "", StringComparison.Ordinal);

    private static void Send(LegacyLayout layout, Queue<byte> unsent, Queue<byte> unread, int now)
    {
        layout.Sent(unsent.Count, TimeSpan.FromMilliseconds(now));
        while (unsent.TryDequeue(out var b))
            unread.Enqueue(b);
    }

    private static int Read(Queue<byte> unread, int times, Encoding strict)
    {
        var read = 0;
        for (; times > 0 && unread.Count > 0; times--)
        {
            var piece = new byte[Math.Min(unread.Count, LegacyLayout.ReadSize)];
            for (var i = 0; i < piece.Length; i++)
                piece[i] = unread.Dequeue();
            strict.GetString(piece);
            read += piece.Length;
        }
        return read;
    }
}
