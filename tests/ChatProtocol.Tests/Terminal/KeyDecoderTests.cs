using System.Text;
using ChatProtocol.Tools;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("a", KeyCode.Character, "a", KeyModifiers.None)]
    [InlineData("漢", KeyCode.Character, "漢", KeyModifiers.None)]
    [InlineData("👋", KeyCode.Character, "👋", KeyModifiers.None)]
    [InlineData("\r", KeyCode.Enter, "", KeyModifiers.None)]
    [InlineData("\x1b\r", KeyCode.Enter, "", KeyModifiers.Alt)]
    [InlineData("\t", KeyCode.Tab, "", KeyModifiers.None)]
    [InlineData("\x1b[Z", KeyCode.BackTab, "", KeyModifiers.None)]
    [InlineData("\x7f", KeyCode.Backspace, "", KeyModifiers.None)]
    [InlineData("\x1b\x7f", KeyCode.Backspace, "", KeyModifiers.Alt)]
    [InlineData("\x03", KeyCode.Character, "c", KeyModifiers.Control)]
    [InlineData("\x1b" + "b", KeyCode.Character, "b", KeyModifiers.Alt)]
    [InlineData("\x1b" + "é", KeyCode.Character, "é", KeyModifiers.Alt)]
    [InlineData("\x1b[A", KeyCode.Up, "", KeyModifiers.None)]
    [InlineData("\x1bOA", KeyCode.Up, "", KeyModifiers.None)]
    [InlineData("\x1b[1;5D", KeyCode.Left, "", KeyModifiers.Control)]
    [InlineData("\x1b[1;4C", KeyCode.Right, "", KeyModifiers.Alt | KeyModifiers.Shift)]
    [InlineData("\x1b[H", KeyCode.Home, "", KeyModifiers.None)]
    [InlineData("\x1b[1~", KeyCode.Home, "", KeyModifiers.None)]
    [InlineData("\x1bOF", KeyCode.End, "", KeyModifiers.None)]
    [InlineData("\x1b[3;5~", KeyCode.Delete, "", KeyModifiers.Control)]
    [InlineData("\x1b[6~", KeyCode.PageDown, "", KeyModifiers.None)]
    [InlineData("\x1b[200~two\rlines\x1b[201~", KeyCode.Paste, "two\nlines", KeyModifiers.None)]
    internal void Knows_what_terminals_send(string bytes, KeyCode code, string text, KeyModifiers modifiers) =>
        Assert.Equal([new Key(code, text, modifiers)], new KeyDecoder().Decode(Encoding.UTF8.GetBytes(bytes)));

    [Fact]
    public void Pieces_of_any_size_make_the_same_keys()
    {
        var bytes = Encoding.UTF8.GetBytes("a漢👋\x1b[A\x1bOB\x1b[1;5C\x1b" + "b\x1b[200~é\r\n\x1b[m漢\x1b[201~z\x1b[3~\r");
        var whole = new KeyDecoder().Decode(bytes);

        for (var first = 1; first < bytes.Length; first++)
        {
            for (var second = first; second < bytes.Length; second++)
            {
                var decoder = new KeyDecoder();
                Key[] keys = [.. decoder.Decode(bytes.AsSpan(0, first)), .. decoder.Decode(bytes.AsSpan(first..second)), .. decoder.Decode(bytes.AsSpan(second))];
                Assert.Equal(whole, keys);
            }
        }
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Gen.Byte.Array[0, 40].Array[0, 4].Sample(pieces =>
        {
            var decoder = new KeyDecoder();
            foreach (var piece in pieces)
                _ = decoder.Decode(piece);
            _ = decoder.Flush();
        });

    [Fact]
    public void Unknown_sequences_leave_no_trace() =>
        Assert.Equal([Key.Character("x")], new KeyDecoder().Decode("\x1b[?1;2c\x1b[15~\x1bOP\x1b[<0;1;1Mx"u8));

    [Fact]
    public void A_sequence_longer_than_any_takes_its_last_letter_along_and_nothing_behind_it()
    {
        var decoder = new KeyDecoder();
        for (var i = 0; i < 100; i++)
            Assert.Empty(decoder.Decode(Encoding.UTF8.GetBytes((i == 0 ? "\x1b[" : "") + new string('1', 100))));

        Assert.Equal([Key.Character("x")], decoder.Decode("mx"u8));
    }

    [Theory]
    [InlineData("\x1b]11;rgb:0000/0000/0000\x1b\\")]
    [InlineData("\x1b]11;rgb:ffff\a")]
    [InlineData("\x1bP>|XTerm(390)\x1b\\")]
    [InlineData("\x1b_Gi=31;OK\x1b\\")]
    [InlineData("\x1b]52;c;cut short\x18")]
    [InlineData("\x1b]52;c;cut short\x1b[A")]
    [InlineData("\x1b[M !!")]
    [InlineData("\x1b[M\u00a1\u00a2\u00a3")]
    [InlineData("\x1b[[A")]
    [InlineData("\x1bO5A")]
    [InlineData("\x1bO2P")]
    [InlineData("\u009b24~")]
    [InlineData("\u009d0;title\a")]
    [InlineData("\x1b[97;5u")]
    [InlineData("\x1b[I\x1b[O")]
    public void Nothing_of_what_a_terminal_reports_becomes_text(string reported)
    {
        var bytes = Encoding.UTF8.GetBytes(reported + "x");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var decoder = new KeyDecoder();
            Key[] keys = [.. decoder.Decode(bytes.AsSpan(0, cut)), .. decoder.Decode(bytes.AsSpan(cut))];
            Assert.Equal("x", string.Concat(keys.Where(key => key.Modifiers == KeyModifiers.None).Select(key => key.Text)));
        }
    }

    [Fact]
    public void What_comes_late_behind_an_escape_is_the_rest_of_a_sequence_and_no_text()
    {
        var decoder = new KeyDecoder();
        decoder.Decode("\x1b"u8);
        decoder.Flush();

        Assert.Equal([new Key(KeyCode.Up)], decoder.Decode("[A"u8));
        Assert.Equal([Key.Character("["), Key.Character("A")], decoder.Decode("[A"u8));
    }

    [Fact]
    public void A_report_without_its_end_gives_the_keyboard_back()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Decode("\x1b]0;never"u8));
        Assert.NotNull(decoder.GivesUpAfter);

        Assert.Empty(decoder.Flush());
        Assert.Null(decoder.GivesUpAfter);
        Assert.Equal([Key.Character("x")], decoder.Decode("x"u8));
    }

    [Fact]
    public void A_paste_without_its_end_is_what_has_come_of_it()
    {
        var decoder = new KeyDecoder();
        Assert.Empty(decoder.Decode("\x1b[200~half of it"u8));
        Assert.NotNull(decoder.GivesUpAfter);

        Assert.Equal([new Key(KeyCode.Paste, "half of it")], decoder.Flush());
        Assert.Equal([Key.Character("x")], decoder.Decode("x"u8));
    }

    [Fact]
    public void Control_C_by_itself_ends_a_paste_and_drops_it()
    {
        var decoder = new KeyDecoder();
        decoder.Decode("\x1b[200~half of it"u8);

        Assert.Empty(decoder.Decode([3]));
        Assert.Equal([Key.Character("x")], decoder.Decode("x"u8));
    }

    [Fact]
    public void A_broken_character_becomes_a_replacement_and_the_rest_is_read() =>
        Assert.Equal([Key.Character("\ufffd"), Key.Character("x")], new KeyDecoder().Decode([0xff, (byte)'x']));

    [Fact]
    public void An_escape_alone_is_held_until_it_is_flushed()
    {
        var decoder = new KeyDecoder();

        Assert.Empty(decoder.Decode("\x1b"u8));
        Assert.NotNull(decoder.GivesUpAfter);
        Assert.Equal([new Key(KeyCode.Escape)], decoder.Flush());
        Assert.Equal([Key.Character("b")], decoder.Decode("b"u8));
    }

    [Fact]
    public void A_paste_that_is_too_long_is_one_key_without_text_and_the_next_is_read()
    {
        var decoder = new KeyDecoder(maxPaste: 3);

        Assert.Equal(
            [new Key(KeyCode.OversizedPaste), Key.Character("o"), new Key(KeyCode.Paste, "abc")],
            decoder.Decode("\x1b[200~abcd\x1b[201~o\x1b[200~abc\x1b[201~"u8));
    }

    [Fact]
    public void What_is_typed_behind_a_paste_is_no_part_of_it() =>
        Assert.Equal(
            [new Key(KeyCode.Paste, "in"), Key.Character("o"), new Key(KeyCode.Enter), new Key(KeyCode.Paste, "again")],
            new KeyDecoder().Decode("\x1b[200~in\x1b[201~o\r\x1b[200~again\x1b[201~"u8));
}
