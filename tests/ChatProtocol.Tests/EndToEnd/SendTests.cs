using System.Text;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chat send: from the command line and from standard input.</summary>
[OneTry]
public sealed class SendTests
{
    [Fact(Timeout = 60_000)]
    public async Task Thousands_of_characters_with_emoji_arrive_unchanged()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        var text = string.Concat(Enumerable.Repeat("天地玄黄宇宙洪荒日👩‍👩‍👧", 500));
        await ann.SendAsync(text);
        (await ann.PipeAsync(text + "\n", "send", "-")).Done();
        Assert.Equal([text, text], await TextsAsync(ann));
        // As people read it, too.
        Assert.All((await ann.ChatAsync("history")).Done().Lines, line => Assert.EndsWith(" ann: " + text, line, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_longest_text_is_taken_and_one_byte_more_is_refused_with_the_limit()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        var longest = new string('x', Limits.Default.Text - 3) + "末";
        await ann.SendAsync(longest);
        (await ann.ChatAsync("send", longest + "x")).Failed(1, "65537 bytes and the server takes at most 65536");
        (await ann.PipeAsync(longest + "x", "send", "-")).Failed(1, "line 1: the text has 65537 bytes and the server takes at most 65536");
        Assert.Equal([longest], await TextsAsync(ann));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_is_too_long_is_named_and_nothing_behind_it_is_sent()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        var sent = await ann.PipeAsync($"one\ntwo\n{new string('x', 65_537)}\nfour\nfive\n", "send", "-", "-o", "ndjson");
        Assert.Equal(1, sent.ExitCode);
        Assert.StartsWith("line 3: ", sent.ErrorObject.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal([1UL, 2UL], sent.Objects.Select(o => o.GetProperty("seq").GetUInt64()));
        Assert.Equal(["one", "two"], await TextsAsync(ann));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_line_that_is_no_UTF8_is_named_and_nothing_behind_it_is_sent()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        byte[] input = [.. "one\n\ngr"u8, 0xFC, .. "n\nfour\n"u8];
        (await ann.PipeAsync(input, "send", "-")).Failed(1, "line 3 is no valid UTF-8");
        Assert.Equal(["one"], await TextsAsync(ann));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("one\ntwo\n")]
    [InlineData("one\ntwo")]
    [InlineData("one\r\ntwo\r\n")]
    [InlineData("\none\n\n\r\ntwo\n\n")]
    [InlineData("\ufeffone\ntwo\n")]
    public async Task Each_line_that_is_not_empty_is_a_message_however_lines_end(string input)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.PipeAsync(input, "send", "-")).Done();
        Assert.Equal(["one", "two"], await TextsAsync(ann));
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_on_standard_input_sends_nothing()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        Assert.Equal("", (await ann.ChatAsync("send", "-")).Done().Output);
        Assert.Equal("", (await ann.ChatAsync("send", "-o", "ndjson")).Done().Output);
        Assert.Empty(await TextsAsync(ann));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("send")]
    [InlineData]
    public async Task Neither_a_text_nor_an_input_is_no_failure_and_said(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync(command)).Failed(0, "chat: there was nothing to send: standard input is empty\n");
        Assert.Empty(await TextsAsync(ann));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("send")]
    [InlineData("send", "-")]
    [InlineData]
    public async Task Lines_from_a_pipe_go_to_the_lobby(params string[] command)
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        Assert.Equal("", (await ann.PipeAsync("你好\n", command)).Done().Output);
        Assert.Equal(["你好"], await TextsAsync(ann));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_of_several_lines_is_one_message()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        await ann.SendAsync("one\ntwo");
        Assert.Equal(["one\ntwo"], await TextsAsync(ann));
        Assert.EndsWith(" ann: one\n    two\n", (await ann.ChatAsync("history")).Done().Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_text_may_begin_like_an_option()
    {
        await using var installation = await Installation.StartAsync();
        var ann = installation.User("ann");
        (await ann.ChatAsync("send", "--", "--rom")).Done();
        (await ann.ChatAsync("send", "-_-")).Done();
        (await ann.ChatAsync("send", "--- 8< ---")).Done();
        Assert.Equal(["--rom", "-_-", "--- 8< ---"], await TextsAsync(ann));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_empty_text_is_refused()
    {
        await using var installation = await Installation.StartAsync();
        (await installation.User("ann").ChatAsync("send", "")).Failed(1, "the text is empty");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_receipt_comes_as_soon_as_its_line_is_stored()
    {
        await using var installation = await Installation.StartAsync();
        await using var send = installation.User("ann").StartChat("send", "-", "-o", "ndjson");
        await send.Input.WriteAsync("one\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await send.Input.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"seq\":1,", await send.ReadLineAsync(), StringComparison.Ordinal);
        send.Input.Close();
        (await send.EndAsync()).Done();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_ends_it_although_the_input_goes_on()
    {
        await using var installation = await Installation.StartAsync();
        await using var send = installation.User("ann").StartChat("send", "-");
        await send.Input.WriteAsync(Encoding.UTF8.GetBytes(new string('x', 65_537) + "\n"), TestContext.Current.CancellationToken);
        await send.Input.FlushAsync(TestContext.Current.CancellationToken);
        (await send.EndAsync()).Failed(1, "line 1: ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_shutdown_is_no_success_for_what_is_still_to_be_sent()
    {
        await using var installation = await Installation.StartAsync();
        await using var send = installation.User("ann").StartChat("send", "-");
        await installation.WaitForSessionsAsync("ann", 0);
        (await installation.ChatctlAsync("shutdown", "--reason", "good night")).Done();
        (await send.EndAsync()).Failed(7, "the server ended the session: good night");
    }

    private static async Task<IEnumerable<string?>> TextsAsync(User user) =>
        (await user.ChatAsync("history", "-o", "ndjson")).Done().Objects.Select(o => o.GetProperty("text").GetString());
}
