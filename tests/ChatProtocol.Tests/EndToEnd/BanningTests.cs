using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Bans, removed rooms and blocks, as operators and users have them.</summary>
public sealed class BanningTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_banned_user_is_out_and_stays_out_whatever_the_name_until_the_ban_is_taken_back()
    {
        await using var installation = await Installation.StartAsync();
        var user = installation.User("mallory");
        await using var mallory = await user.EnterLobbyAsync();

        var dry = (await installation.ChatctlAsync("ban", "mallory", "--dry-run", "-o", "json")).Done().Objects[0][0];
        Assert.Equal((JsonValueKind.Null, 1), (dry.GetProperty("id").ValueKind, dry.GetProperty("hit").GetInt32()));
        var banned = (await installation.ChatctlAsync("ban", "mallory", "--reason", "spam", "-o", "json")).Done().Objects[0][0];
        Assert.Equal((1, "mallory", "spam", "admin", JsonValueKind.Null, 1),
            (banned.GetProperty("id").GetInt32(), banned.GetProperty("banned").GetString(), banned.GetProperty("reason").GetString(),
            banned.GetProperty("by").GetString(), banned.GetProperty("until").ValueKind, banned.GetProperty("hit").GetInt32()));
        await mallory.WaitForAsync("you were kicked: spam");
        (await user.ChatAsync("send", "hi")).Failed(4, "you are banned: spam");
        (await user.ChatAsync("send", "hi", "--name", "somebody-else")).Failed(4, "you are banned: spam");
        await installation.User("bob").SendAsync("peace");

        await installation.StartChatdAsync();
        (await user.ChatAsync("send", "hi")).Failed(4, "you are banned: spam");
        Assert.Matches(@"\A *ID +BANNED +PRINCIPAL +UNTIL +REASON +BY +MADE *\n *1 +mallory +\d+ +- +spam +admin +\S+ \S+ *\n\z", (await installation.ChatctlAsync("bans")).Done().Output);
        Assert.Equal("mallory is banned no more\n", (await installation.ChatctlAsync("unban", "mallory")).Done().Output);
        await user.SendAsync("I am sorry");
        Assert.Equal("[]", (await installation.ChatctlAsync("bans", "-o", "json")).Done().Output.Trim());
        (await installation.ChatctlAsync("unban", "1")).Failed(3, "there is no ban 1");
        await installation.ChatctlAsync("ban", "10.0.0.1");
        Assert.Equal("ban 2 is lifted\n", (await installation.ChatctlAsync("unban", "2")).Done().Output);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_kick_may_be_one_that_lasts()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();

        var ban = (await installation.ChatctlAsync("kick", "ann", "--for", "1h", "--reason", "cool down", "-o", "json")).Done().Objects[0][0];
        await ann.WaitForAsync("you were kicked: cool down");
        Assert.Equal(TimeSpan.FromHours(1), ban.GetProperty("until").GetDateTimeOffset() - ban.GetProperty("made").GetDateTimeOffset());
        (await installation.User("ann").ChatAsync("send", "hi")).Failed(4, "you are banned: cool down");
        (await installation.ChatctlAsync("kick", "999", "--for", "1h")).Failed(3, "there is no connection 999");
        (await installation.ChatctlAsync("kick", "ann", "--for", "1h", "--reason", new string('x', 600))).Failed(2, "--reason has at most 512 bytes with --for, and this one 600");
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1, "10.0.0.0/8 is wider than /16: it takes force to ban that (chatctl ban --force)", "10.0.0.0/8")]
    [InlineData(1, "127.0.0.1 is this machine itself: ban a name; or by force (chatctl ban --force), which hits only clients that do not count as near", "127.0.0.1")]
    [InlineData(2, "--for takes more than no time at all", "10.0.0.1", "--for", "0s")]
    [InlineData(2, "cannot be a name", "18446744073709551615")]
    [InlineData(1, "admin cannot be banned", "admin")]
    [InlineData(3, "nobody is known by the name nobody", "nobody")]
    [InlineData(2, "cannot be a name", "no name")]
    [InlineData(2, "--for takes a number and its unit", "10.0.0.1", "--for", "soon")]
    [InlineData(1, "a ban holds for 1 to", "10.0.0.1", "--for", "1000000d")]
    [InlineData(2, "--reason has at most 512 bytes, and this one 513", "10.0.0.1", "--reason", "512+1")]
    public async Task What_cannot_be_banned_is_refused_with_the_reason(int exitCode, string why, params string[] arguments)
    {
        await using var installation = await Installation.StartAsync();
        (await installation.ChatctlAsync(["ban", .. arguments.Select(a => a == "512+1" ? new string('x', 513) : a)])).Failed(exitCode, why);
        Assert.Equal("[]", (await installation.ChatctlAsync("bans", "-o", "json")).Done().Output.Trim());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_removed_room_is_gone_for_those_who_are_in_it_and_for_all_others()
    {
        await using var installation = await Installation.StartAsync();
        var bob = installation.User("bob");
        await bob.SendAsync("secret", "--room", "tea");
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await ann.EnterAsync("/join tea");
        await ann.WaitForAsync("* you are ann in tea");
        await using var tail = bob.StartChat("tail", "--room", "tea", "-o", "ndjson");
        await installation.WaitForSessionsAsync("bob", 1);

        (await installation.ChatctlAsync("rooms", "remove", "tea")).Failed(2, "room tea would be gone for good: give --yes");
        Assert.Equal("removed room tea\n", (await installation.ChatctlAsync("rooms", "remove", "tea", "--yes")).Done().Output);

        await ann.WaitForAsync("! tea was removed by an admin", "(no room)>");
        await ann.EnterAsync("for those in tea alone");
        await ann.WaitForAsync("! you are in no room; /join one first");
        Assert.Empty((await bob.ChatAsync("history", "-o", "ndjson")).Done().Output);
        var end = await tail.EndAsync();
        Assert.Equal((3, "tea was removed by an admin, with all that was said there"), (end.ExitCode, end.ErrorObject.GetProperty("error").GetString()));
        Assert.DoesNotContain("tea", (await installation.ChatctlAsync("rooms")).Done().Output, StringComparison.Ordinal);
        (await bob.ChatAsync("history", "--room", "tea")).Failed(3, "there is no room called tea");
        (await installation.ChatctlAsync("rooms", "remove", "tea", "--yes")).Failed(3, "there is no room called tea");
        (await installation.ChatctlAsync("rooms", "remove", "lobby", "--yes")).Failed(1, "the lobby cannot be removed");
        await ann.EnterAsync("/join tea");
        await ann.WaitForAsync("* you are ann in tea, alone so far");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_blocked_user_does_not_get_through_and_is_not_told_why()
    {
        await using var installation = await Installation.StartAsync();
        var user = installation.User("mallory");
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await user.SendAsync("buy this", "--to", "ann");
        await ann.WaitForAsync("[@mallory] mallory: buy this");

        await ann.EnterAsync("/blocks");
        await ann.WaitForAsync("* you have blocked nobody");
        await ann.EnterAsync("/block @mallory");
        await ann.WaitForAsync("* you hear no more from mallory in private");
        (await user.ChatAsync("send", "buy that", "--to", "ann")).Failed(3, "there is nobody called ann");
        await ann.EnterAsync("/msg mallory stop it");
        await ann.WaitForAsync("! you have blocked mallory: unblock mallory first");
        await ann.EnterAsync("/blocks");
        await ann.WaitForAsync("* you have blocked mallory");
        await ann.EnterAsync("/unblock mallory");
        await ann.WaitForAsync("* you hear from mallory again");
        await user.SendAsync("sorry", "--to", "ann");
        Assert.DoesNotContain("buy that", await ann.WaitForAsync("[@mallory] mallory: sorry"), StringComparison.Ordinal);
        await ann.EnterAsync("/block");
        await ann.WaitForAsync("! whom? /block NAME");
        await ann.EnterAsync("/block nobody");
        await ann.WaitForAsync("! there is nobody called nobody");
        await ann.EnterAsync("/unblock somebody");
        await ann.WaitForAsync("! you have not blocked somebody");
    }
}
