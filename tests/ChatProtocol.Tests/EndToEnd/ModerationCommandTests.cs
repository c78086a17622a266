using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>chatctl's commands that keep order, with a server and users.</summary>
public sealed class ModerationCommandTests
{
    [Spec("CP-PUR-001")]
    [Fact(Timeout = 120_000)]
    public async Task What_somebody_has_posted_lately_is_purged_and_in_no_file_any_more()
    {
        await using var installation = await Installation.StartAsync();
        foreach (var room in (string[])["lobby", "tea"])
        {
            await installation.User("mallory").SendAsync("swordfish", "--room", room);
            await installation.User("ann").SendAsync("hello", "--room", room);
        }

        Assert.Equal("2 messages of mallory in 2 rooms would be erased\n", (await installation.ChatctlAsync("purge", "mallory", "--last", "1h", "--dry-run")).Done().Output);
        Assert.Contains("swordfish", (await installation.User("ann").ChatAsync("history")).Done().Output, StringComparison.Ordinal);
        var refused = await installation.ChatctlAsync("purge", "mallory", "--last", "1h");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--yes", refused.Error, StringComparison.Ordinal);

        Assert.Equal("1 message of mallory in tea erased\n", (await installation.ChatctlAsync("purge", "mallory", "--last", "1h", "--room", "tea", "--yes")).Done().Output);
        Assert.Equal("1 message of mallory in 1 room erased\n", (await installation.ChatctlAsync("purge", "mallory", "--last", "1h", "--yes")).Done().Output);

        Assert.DoesNotContain("swordfish", (await installation.User("ann").ChatAsync("history")).Done().Output, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(installation.Data, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Contains("chat.db", StringComparison.Ordinal)))
            Assert.DoesNotContain("swordfish", File.ReadAllText(file, System.Text.Encoding.Latin1), StringComparison.Ordinal);
        Assert.Equal(3, (await installation.ChatctlAsync("purge", "nobody", "--last", "1h", "--yes")).ExitCode);
        Assert.Equal(2, (await installation.ChatctlAsync("purge", "mallory", "--last", "31d", "--yes")).ExitCode);
    }

    [Spec("CP-ROL-010", "CP-ROL-011", "CP-ROL-012")]
    [Fact(Timeout = 120_000)]
    public async Task Roles_restrictions_and_settings_of_a_room_are_set_and_listed()
    {
        await using var installation = await Installation.StartAsync();
        await installation.User("ann").SendAsync("hello", "--room", "tea");
        await using var bob = installation.User("bob").StartChat("tail", "--room", "tea");
        await installation.WaitForSessionsAsync("bob", 1);

        Assert.Equal("bob is a moderator of tea\n", (await installation.ChatctlAsync("roles", "set", "tea", "bob", "moderator")).Done().Output);
        Assert.Equal("bob is a moderator of tea already\n", (await installation.ChatctlAsync("roles", "set", "tea", "bob", "moderator")).Done().Output);
        Assert.Equal("bob is muted in tea\n", (await installation.ChatctlAsync("mute", "bob", "--room", "tea", "--for", "1h", "--reason", "too loud")).Done().Output);
        var listed = (await installation.ChatctlAsync("roles", "tea")).Done().Output;
        Assert.Matches(@"(?m)^\d+ +bob +moderator +muted +20\S+ \S+ +too loud +admin ", listed);
        Assert.NotEqual(0, (await installation.User("bob").ChatAsync("send", "hi", "--room", "tea")).ExitCode);
        Assert.Equal("bob is free to post in tea\n", (await installation.ChatctlAsync("unmute", "bob", "--room", "tea")).Done().Output);
        Assert.Equal("bob is banned from tea\n", (await installation.ChatctlAsync("ban", "bob", "--room", "tea")).Done().Output);
        Assert.NotEqual(0, (await installation.User("bob").ChatAsync("send", "hi", "--room", "tea")).ExitCode);
        Assert.Equal("bob is free to post in tea\n", (await installation.ChatctlAsync("unban", "bob", "--room", "tea")).Done().Output);
        (await installation.User("bob").ChatAsync("send", "hi", "--room", "tea")).Done();

        Assert.Equal("changed tea\n", (await installation.ChatctlAsync("rooms", "set", "tea", "--topic", "Green or black?", "--archived", "on")).Done().Output);
        Assert.Equal("tea is so already\n", (await installation.ChatctlAsync("rooms", "set", "tea", "--archived", "on")).Done().Output);
        Assert.NotEqual(0, (await installation.User("ann").ChatAsync("send", "hi", "--room", "tea")).ExitCode);
        foreach (var wrong in (string[][])[["rooms", "set", "tea"], ["rooms", "set", "tea", "--slow", "7h"], ["rooms", "set", "tea", "--moderated", "maybe"], ["roles", "set", "tea", "bob", "king"],
            ["mute", "bob"], ["ban", "bob", "--room", "tea", "--dry-run"]])
            Assert.Equal(2, (await installation.ChatctlAsync(wrong)).ExitCode);
    }

    [Spec("CP-ROL-001")]
    [Fact(Timeout = 120_000)]
    public async Task A_room_by_invitation_is_made_and_somebody_is_let_in()
    {
        await using var installation = await Installation.StartAsync();
        var made = (await installation.ChatctlAsync("rooms", "create", "plans", "--by-invitation", "-o", "ndjson")).Done().Objects.Single();
        var id = made.GetProperty("id").GetUInt64();
        await using var bob = installation.User("bob").StartChat("tail");
        await installation.WaitForSessionsAsync("bob", 1);

        (await installation.ChatctlAsync("roles", "set", $"{id}", "bob", "member")).Done();

        (await installation.User("bob").ChatAsync("send", "hello", "--room", $"#{id}")).Done();
        Assert.NotEqual(0, (await installation.User("ann").ChatAsync("send", "hello", "--room", $"#{id}")).ExitCode);
    }
}
