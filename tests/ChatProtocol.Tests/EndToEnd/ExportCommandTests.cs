using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl export and import, from one server to another.</summary>
public sealed class ExportCommandTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_room_is_taken_from_one_server_to_another_and_a_whole_server_only_if_that_is_said()
    {
        using var folder = new TemporaryFolder();
        var (tea, whole) = (folder.File("tea.ndjson"), folder.File("chat.ndjson"));
        await using (var one = await Installation.StartAsync())
        {
            foreach (var (room, text) in ((string, string)[])[("lobby", "hello"), ("tea", "green"), ("tea", "black")])
                await one.User("ann").SendAsync(text, "--room", room);
            var exported = (await one.ChatctlAsync("export", tea, "--room", "tea")).Done().Lines;
            Assert.Equal($"tea with 2 messages is in {tea}", exported[0]);
            Assert.Equal($"hash {ExportText.Parse((await File.ReadAllLinesAsync(tea, TestContext.Current.CancellationToken))[^1]).GetProperty("hash").GetString()}", exported[1]);
            Assert.Equal($"2 rooms with 3 messages are in {whole}", (await one.ChatctlAsync("export", whole)).Done().Lines[0]);
            (await one.ChatctlAsync("export", tea)).Failed(1, "is there already: choose another name, or remove it");
            (await one.ChatctlAsync("export", folder.File("x"), "--room", "cake")).Failed(3, "no room");
        }

        await using var other = await Installation.StartAsync();
        (await other.ChatctlAsync("import", whole, "--yes")).Failed(2, "is of a whole server: give --all to import that, or --room ROOM for one of its rooms");
        (await other.ChatctlAsync("import", whole, "--all", "--room", "tea")).Failed(2, "give --room or --all, not both");
        Assert.Equal("a whole server with 2 rooms, 3 messages and 0 accounts would be imported\n", (await other.ChatctlAsync("import", whole, "--all", "--dry-run")).Done().Output);
        Assert.Equal("the room tea with 2 messages would be imported\n", (await other.ChatctlAsync("import", tea, "--dry-run")).Done().Output);
        (await other.ChatctlAsync("import", tea)).Failed(2, "give --yes where there is no terminal to ask");
        Assert.Equal("imported the room tea with 2 messages\n", (await other.ChatctlAsync("import", whole, "--room", "tea", "--yes")).Done().Output);
        (await other.ChatctlAsync("import", tea, "--yes")).Failed(1, "there is a room tea here already");
        Assert.Contains("black", (await other.User("bob").ChatAsync("history", "--room", "tea")).Done().Output, StringComparison.Ordinal);
    }
}
