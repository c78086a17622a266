using System.Globalization;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

public sealed class LoadTests
{
    private const int Count = 100_000;

    [Fact(Timeout = 300_000)]
    public async Task A_hundred_thousand_lines_arrive_complete_and_in_order_and_are_there_after_a_restart()
    {
        await using var installation = await Installation.StartAsync();
        await using var tail = installation.User("bob").StartChat("tail", "--room", "load", "--count", $"{Count}", "-o", "ndjson");
        await installation.WaitForSessionsAsync("bob", 1);
        var arrived = tail.EndAsync();
        var lines = Enumerable.Range(1, Count).Select(n => n.ToString(CultureInfo.InvariantCulture)).ToArray();

        (await installation.User("ann").PipeAsync(string.Join('\n', lines), "send", "--room", "load", "-")).Done();
        AssertAll(lines, (await arrived).Done(warning: "there is no room called load yet"));

        (await installation.ChatctlAsync("shutdown")).Done();
        Assert.Equal(0, await installation.Chatd.ExitAsync());
        await installation.StartChatdAsync();
        AssertAll(lines, (await installation.User("cid").ChatAsync("history", "--room", "load", "--count", $"{Count}", "-o", "ndjson")).Done());
    }

    private static void AssertAll(string[] lines, ToolResult result)
    {
        var messages = result.Objects;
        Assert.Equal(lines, messages.Select(m => m.GetProperty("text").GetString()));
        Assert.Equal(Enumerable.Range(1, Count).Select(n => (ulong)n), messages.Select(m => m.GetProperty("seq").GetUInt64()));
    }
}
