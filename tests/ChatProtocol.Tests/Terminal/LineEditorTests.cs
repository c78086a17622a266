using System.Text;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class LineEditorTests
{
    private const string Left = "\x1b[D", Right = "\x1b[C", Up = "\x1b[A", Down = "\x1b[B", Home = "\x1b[H", Delete = "\x1b[3~";
    private const string Backspace = "\x7f", WordLeft = "\x1b" + "b", WordRight = "\x1b" + "f", Family = "👨‍👩‍👧";

    /// <summary>The text with a bar where the cursor is, after typing.</summary>
    [Theory]
    [InlineData("abc", "abc|")]
    [InlineData("abc" + Left + Left + "x", "ax|bc")]
    [InlineData("abc" + Home + Delete, "|bc")]
    [InlineData("日本" + Backspace, "日|")]
    [InlineData("a" + Family + Backspace, "a|")]
    [InlineData("a" + Family + Left + "x", "ax|" + Family)]
    [InlineData(Family + Home + Right + "x", Family + "x|")]
    [InlineData("e\u0301" + Backspace, "|")]
    [InlineData("🇩🇪🇫🇷" + Left + Backspace, "|🇫🇷")]
    [InlineData("one two" + WordLeft, "one |two")]
    [InlineData("one two" + WordLeft + WordLeft + WordRight, "one| two")]
    [InlineData("one two" + "\x1b[1;5D" + "\x1b[1;3D", "|one two")]
    [InlineData("one two  " + "\x17", "one |")]
    [InlineData("one two" + "\x1b\x7f", "one |")]
    [InlineData("one two" + Home + "\x1b" + "d", "| two")]
    [InlineData("one two" + WordLeft + "\x0b", "one |")]
    [InlineData("one two" + WordLeft + "\x15", "|two")]
    [InlineData("abc\x01x\x05y", "xabcy|")]
    [InlineData("abc" + Left + "\x04", "ab|")]
    [InlineData("\x1b[200~two\r\nlines\ta\x1b[201~", "two\nlines\ta|")]
    [InlineData("\x1b[200~clean \x07\x7f\x1b[31m\x1b[201~", "clean [31m|")]
    [InlineData("one\x1b\rtwo", "one\ntwo|")]
    public void Edits_as_a_shell_does(string typed, string expected)
    {
        var editor = new LineEditor();

        Type(editor, typed);

        Assert.Equal(expected, editor.Text.Insert(editor.Cursor, "|"));
    }

    [Fact]
    public void The_cursor_never_stands_inside_of_a_character()
    {
        var editor = new LineEditor();
        Type(editor, "👨👩" + Left);

        editor.Press(Key.Character("\u200d"));

        Assert.Equal(editor.Text.Length, editor.Cursor);
    }

    [Fact]
    public void Enter_submits_and_taking_the_line_empties_it()
    {
        var editor = new LineEditor();

        Assert.Equal(EditResult.Submitted, Type(editor, "hello\r"));
        Assert.Equal("hello", editor.TakeLine());
        Assert.Equal(("", 0), (editor.Text, editor.Cursor));
    }

    [Fact]
    public void Enter_on_nothing_does_nothing() => Assert.Equal(EditResult.None, Type(new LineEditor(), "\r"));

    [Theory]
    [InlineData("\x03")]
    [InlineData("\x04")]
    [InlineData("text\x03\x03")]
    public void Control_C_and_control_D_on_nothing_quit(string typed) =>
        Assert.Equal(EditResult.Quit, Type(new LineEditor(), typed));

    [Fact]
    public void Control_C_takes_a_draft_away_and_stays()
    {
        var editor = new LineEditor();

        Assert.Equal(EditResult.Changed, Type(editor, "secret\x03"));
        Assert.Equal("", editor.Text);
    }

    [Theory]
    [InlineData("", "/part ")]
    [InlineData("\x1b\r", "\n/part ")]
    [InlineData("  ", "  /part ")]
    public void Tab_makes_no_command_of_what_was_not_begun_as_one(string typed, string unwanted)
    {
        var editor = new LineEditor((_, _) => ["/part", "／part", "alice"]);

        Type(editor, typed);
        for (var i = 0; i < 3; i++)
        {
            Type(editor, "\t");
            Assert.NotEqual(unwanted, editor.Text);
            Assert.EndsWith("alice ", editor.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Control_L_clears_the_screen_and_keeps_the_line()
    {
        var editor = new LineEditor();

        Assert.Equal(EditResult.Cleared, Type(editor, "text\x0c"));
        Assert.Equal("text", editor.Text);
    }

    [Fact]
    public void The_history_goes_back_to_lines_sent_and_forth_to_the_draft()
    {
        var editor = new LineEditor();
        Submit(editor, "first", "second", "second");
        Type(editor, "draft");

        Assert.Equal("second", TextAfter(editor, Up));
        Assert.Equal("first", TextAfter(editor, Up));
        Assert.Equal("first", TextAfter(editor, Up));
        Assert.Equal("second", TextAfter(editor, Down));
        Assert.Equal("draft", TextAfter(editor, Down));
        Assert.Equal("draft", TextAfter(editor, Down));
    }

    [Fact]
    public void Tab_goes_round_the_candidates_that_begin_like_the_word()
    {
        var editor = new LineEditor((before, _) => before.Length == 0 ? ["/help"] : ["alice", "Albert", "bob"]);
        Type(editor, "/h\tal there" + WordLeft + Left);

        Assert.Equal("/help alice there", TextAfter(editor, "\t"));
        Assert.Equal("/help Albert there", TextAfter(editor, "\t"));
        Assert.Equal("/help alice there", TextAfter(editor, "\t"));
        Assert.Equal("/help alice xthere", TextAfter(editor, "x"));
    }

    [Fact]
    public void Tab_with_no_candidate_is_refused()
    {
        var editor = new LineEditor((_, _) => ["alice"]);

        Assert.Equal(EditResult.Refused, Type(editor, "bo\t"));
        Assert.Equal("bo", editor.Text);
    }

    [Fact]
    public void A_paste_that_is_too_long_is_refused_as_a_whole()
    {
        var editor = new LineEditor(maxLength: 5);

        Assert.Equal(EditResult.PasteRefused, Type(editor, "abc\x1b[200~def\x1b[201~"));
        Assert.Equal("abc", editor.Text);
    }

    private static void Submit(LineEditor editor, params string[] lines)
    {
        foreach (var line in lines)
        {
            Type(editor, line);
            editor.TakeLine();
        }
    }

    private static string TextAfter(LineEditor editor, string typed)
    {
        Type(editor, typed);
        return editor.Text;
    }

    private static EditResult Type(LineEditor editor, string typed)
    {
        var result = EditResult.None;
        foreach (var key in new KeyDecoder().Decode(Encoding.UTF8.GetBytes(typed)))
            result = editor.Press(key);
        return result;
    }
}
