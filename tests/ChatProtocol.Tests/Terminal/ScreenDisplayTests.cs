using ChatProtocol.Tools;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class ScreenDisplayTests : IAsyncDisposable
{
    private const string Left = "\x1b[D", Home = "\x1b[H";

    private readonly FakeTerminal _terminal = new(columns: 20);
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly ScreenDisplay _screen;
    private readonly Task _reading;

    public ScreenDisplayTests()
    {
        _screen = new ScreenDisplay(_terminal, (_, _) => ["/help"], _time) { Prompt = "lobby> " };
        _reading = ReadAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _terminal.HangUp();
        await _reading.WaitAsync(FakeTerminal.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_row_shows_the_prompt_and_what_is_typed()
    {
        await _terminal.TypeAsync("hi 日本" + Left);

        Assert.Equal(["lobby> hi 日|本"], _terminal.Shown);
    }

    [Fact]
    public async Task Messages_appear_above_the_row_in_one_write()
    {
        await _terminal.TypeAsync("typing");
        var writes = _terminal.Writes;

        _screen.Print("bob: hello");
        _screen.Print("a message longer than a row\nof two lines");

        Assert.Equal(["bob: hello", "a message longer tha", "n a row", "of two lines", "lobby> typing|"], _terminal.Shown);
        Assert.Equal(writes + 2, _terminal.Writes);
    }

    [Fact]
    public async Task A_line_that_is_entered_leaves_the_row_to_the_next()
    {
        await _terminal.TypeAsync("hello\rnext");

        Assert.Equal(["hello"], _lines);
        Assert.Equal(["lobby> next|"], _terminal.Shown);
    }

    [Fact]
    public async Task A_paste_of_several_lines_is_shown_in_the_row_and_sent_as_one()
    {
        await _terminal.TypeAsync("\x1b[200~one\rtwo\r\x1b[201~");
        Assert.Equal(["lobby> one⏎two⏎|"], _terminal.Shown);

        await _terminal.TypeAsync("\r");
        Assert.Equal(["one\ntwo"], _lines);
    }

    [Theory]
    [InlineData("hello\rbye\r/msg dora secret", 3)]
    [InlineData("/msg dora hi\r/msg eve bye", 2)]
    [InlineData("hello\r  ／mgs dora secret", 2)]
    public async Task A_paste_with_a_command_in_a_further_line_is_not_sent_and_stays_to_be_corrected(string pasted, int line)
    {
        await _terminal.TypeAsync($"\x1b[200~{pasted}\x1b[201~\r");

        Assert.Empty(_lines);
        Assert.Equal([$"! not sent: line {line}", "  begins with /, and", "  a command has to", "  be sent by itself"], _terminal.Shown[..^1]);
        Assert.Equal(1, _terminal.Bells);

        await _terminal.TypeAsync("\x15" + "fine\r");
        Assert.Equal(["fine"], _lines);
    }

    [Theory]
    [InlineData("code:\r// a comment\rx / y")]
    [InlineData("one\r1/2")]
    public async Task A_paste_with_slashes_elsewhere_is_sent_as_it_is(string pasted)
    {
        await _terminal.TypeAsync($"\x1b[200~{pasted}\x1b[201~\r");

        Assert.Equal([pasted.Replace('\r', '\n')], _lines);
    }

    [Fact]
    public async Task A_paste_longer_than_a_server_takes_is_handed_out_whole_however_it_comes()
    {
        var pasted = new string('x', 200_000);
        await PasteAsync(pasted);
        await _terminal.TypeAsync("\r");

        Assert.Equal([pasted], _lines);
    }

    [Fact]
    public async Task Of_a_paste_beyond_the_bound_nothing_stays_and_the_user_hears_and_reads_why()
    {
        await _terminal.TypeAsync("abc");
        await PasteAsync(new string('x', LineEditor.DefaultMaxLength) + "y");
        Assert.Equal(1, _terminal.Bells);
        Assert.Equal(["! the paste is too", "  long: at most", "  1048573 characters"], _terminal.Shown[..^1]);
        Assert.Equal("lobby> abc|", _terminal.Shown[^1]);

        await _terminal.TypeAsync("d\r");
        Assert.Equal(["abcd"], _lines);
    }

    [Fact]
    public async Task Lines_without_a_text_are_not_handed_out()
    {
        await _terminal.TypeAsync("\r  \rtext\r");

        Assert.Equal(["text"], _lines);
    }

    [Fact]
    public async Task A_line_wider_than_the_row_scrolls_with_the_cursor()
    {
        await _terminal.TypeAsync("abcdefghijklmnop");
        Assert.Equal(["lobby> efghijklmnop|"], _terminal.Shown);

        await _terminal.TypeAsync(Home);
        Assert.Equal(["lobby> |abcdefghijkl"], _terminal.Shown);
    }

    [Fact]
    public async Task A_wide_character_cut_by_the_edge_leaves_a_blank()
    {
        await _terminal.TypeAsync("日本語漢字文x");

        Assert.Equal(["lobby>  本語漢字文x|"], _terminal.Shown);
    }

    [Fact]
    public async Task A_changed_prompt_shows_at_once_and_cannot_harm()
    {
        await _terminal.TypeAsync("text");

        _screen.Prompt = "\x1b> ";

        Assert.Equal([@"\x1b> text|"], _terminal.Shown);
    }

    [Fact]
    public async Task After_a_narrower_terminal_wrapped_the_row_it_is_drawn_anew_and_no_message_is_lost()
    {
        _screen.Print("bob: hello");
        await _terminal.TypeAsync("abcdefghijkl");

        _terminal.Resize(10);
        Assert.Equal(["bob: hello", "lobb…ijkl|"], _terminal.Shown);

        _terminal.Resize(40);
        Assert.Equal(["bob: hello", "lobby> abcdefghijkl|"], _terminal.Shown);
    }

    [Fact]
    public async Task A_wrapped_row_is_erased_below_the_cursor_too()
    {
        _screen.Print("bob: hello");
        await _terminal.TypeAsync("abcdefghijkl" + Home);

        _terminal.Resize(10);

        Assert.Equal(["bob: hello", "lobb…|abcd"], _terminal.Shown);
    }

    [Fact]
    public async Task Tab_completes_or_rings_the_bell()
    {
        await _terminal.TypeAsync("/h\t");
        Assert.Equal(["lobby> /help |"], _terminal.Shown);

        await _terminal.TypeAsync("x\t");
        Assert.Equal(1, _terminal.Bells);
    }

    [Fact]
    public async Task A_paste_without_its_end_gives_the_keyboard_back()
    {
        await _terminal.TypeAsync("\x1b[200~half");
        Assert.Equal(["lobby> |"], _terminal.Shown);

        _time.Advance(TimeSpan.FromSeconds(3));
        await _terminal.TypeAsync("!");

        Assert.Equal(["lobby> half!|"], _terminal.Shown);
    }

    [Fact]
    public async Task A_tab_in_what_comes_in_one_go_is_text()
    {
        await _terminal.TypeAsync("/h\tx\rx\ty");

        Assert.Equal(["/h\tx"], _lines);
        Assert.Equal(["lobby> x y|"], _terminal.Shown);
    }

    [Fact]
    public async Task A_long_paste_without_marks_is_drawn_once_for_each_piece_and_not_for_each_character()
    {
        var writes = _terminal.Writes;
        foreach (var piece in new string('漢', 100_000).Chunk(1000))
            await _terminal.TypeAsync(new string(piece));

        Assert.InRange(_terminal.Writes - writes, 1, 100);
        await _terminal.TypeAsync("\r");
        Assert.Equal([new string('漢', 100_000)], _lines);
    }

    [Fact]
    public async Task A_suspended_screen_leaves_nothing_behind_and_is_drawn_where_the_cursor_is_then()
    {
        _screen.Print("bob: hello");
        await _terminal.TypeAsync("draft\x1a");
        Assert.True(_terminal.IsSuspended);
        Assert.Equal(["bob: hello", "|"], _terminal.Shown);

        _terminal.Write("$ fg\r\n");
        _terminal.GoOn();

        Assert.Equal(["bob: hello", "$ fg", "lobby> draft|"], _terminal.Shown);
    }

    [Fact]
    public async Task Control_C_takes_the_draft_away_first()
    {
        await _terminal.TypeAsync("secret\x03x");

        Assert.Equal(["lobby> x|"], _terminal.Shown);
    }

    [Fact]
    public async Task Control_L_leaves_the_row_alone()
    {
        _screen.Print("bob: hello");
        await _terminal.TypeAsync("text\x0c");

        Assert.Equal(["lobby> text|"], _terminal.Shown);
    }

    [Fact]
    public async Task Escape_and_a_letter_later_are_two_keys()
    {
        await _terminal.TypeAsync("one two\x1b");
        _time.Advance(TimeSpan.FromSeconds(1));
        await _terminal.TypeAsync("b");

        Assert.Equal(["lobby> one twob|"], _terminal.Shown);
    }

    [Fact]
    public async Task Escape_and_a_letter_at_once_are_one_key()
    {
        await _terminal.TypeAsync("one two\x1b");
        await _terminal.TypeAsync("b");

        Assert.Equal(["lobby> one |two"], _terminal.Shown);
    }

    [Theory]
    [InlineData("\x03")]
    [InlineData("\x04")]
    public async Task Quitting_ends_the_lines_and_takes_the_row_away(string key)
    {
        _screen.Print("bob: hello");
        _ = _terminal.TypeAsync(key);
        await _reading.WaitAsync(FakeTerminal.Patience, TestContext.Current.CancellationToken);
        _screen.Print("Goodbye.");

        Assert.Equal(["bob: hello", "Goodbye.", "|"], _terminal.Shown);
    }

    [Fact]
    public async Task The_end_of_the_input_ends_the_lines()
    {
        _terminal.HangUp();
        await _reading.WaitAsync(FakeTerminal.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(["|"], _terminal.Shown);
    }

    [Fact]
    public async Task Cancelling_ends_the_lines_with_the_exception_that_says_so()
    {
        using var stop = new CancellationTokenSource();
        var terminal = new FakeTerminal(20);
        var screen = new ScreenDisplay(terminal);
        var reading = Task.Run(async () => await screen.ReadLinesAsync(stop.Token).ToListAsync(CancellationToken.None));
        await terminal.TypeAsync("x");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(FakeTerminal.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(["|"], terminal.Shown);
    }

    /// <summary>In pieces, as a terminal's input is read.</summary>
    private async Task PasteAsync(string text)
    {
        foreach (var piece in $"\x1b[200~{text}\x1b[201~".Chunk(4096))
            await _terminal.TypeAsync(new string(piece));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await foreach (var line in _screen.ReadLinesAsync(cancellationToken))
            _lines.Add(line);
    }
}
