using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What is unread, on a terminal and for programs.</summary>
public sealed class UnreadCommandTests
{
    [Spec("CP-MRK-013")]
    [Fact(Timeout = 300_000)]
    public async Task What_is_on_the_screen_is_read_and_what_came_since_is_listed_and_new_on_entering()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        (await ann.ChatAsync("send", "one")).Done();
        Assert.Equal("", (await bob.ChatAsync("unread", "-o", "ndjson")).Done().Output);
        await using (var terminal = await bob.EnterLobbyAsync())
        {
            var seen = await terminal.WaitForAsync("ann: one");
            Assert.DoesNotContain("--- new ---", seen, StringComparison.Ordinal);
            (await ann.ChatAsync("send", "two")).Done();
            await terminal.WaitForAsync("ann: two");
            await Eventually.TrueAsync(async () => (await bob.ChatAsync("unread", "--all")).Done().Output.Contains("lobby  0", StringComparison.Ordinal), () => "what was shown is read");
        }
        (await ann.ChatAsync("send", "three")).Done();
        Assert.Contains("lobby  1", (await bob.ChatAsync("unread")).Done().Output, StringComparison.Ordinal);
        var rooms = (await bob.ChatAsync("unread", "-o", "ndjson")).Done().Objects;
        Assert.All(rooms, room => Assert.Empty(JsonSchema.FaultsOf(room)));
        Assert.Equal([("lobby", 1, 2)], rooms.Select(room => (room.GetProperty("room").GetString()!, room.GetProperty("unread").GetInt32(), room.GetProperty("marker").GetInt32())));

        await using var again = await bob.EnterLobbyAsync();
        Assert.Matches(@"(?s)ann: two.*--- new ---.*ann: three", await again.WaitForAsync("ann: three"));
    }
}
