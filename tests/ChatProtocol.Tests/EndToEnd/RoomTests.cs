using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Rooms by invitation, roles and settings, as people and scripts have them.</summary>
public sealed class RoomTests
{
    [Spec("CP-ROL-002", "CP-ROL-020", "CP-ROL-021", "CP-ROL-022")]
    [Fact(Timeout = 300_000)]
    public async Task An_owner_makes_a_room_and_whoever_it_invites_joins_is_muted_and_removed_and_told_each_time_what_to_do()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await ann.EnterAsync("/create plans the autumn release");
        var made = await ann.WaitForAsync("* you are ann in plans#", "* topic of plans#", ": the autumn release", "* nobody else sees plans#", "* ann has created the room");
        var room = made[made.LastIndexOf("plans#", StringComparison.Ordinal)..].Split('>')[0];
        await bob.EnterAsync($"/join {room}");
        await bob.WaitForAsync("! there is no such room", "lobby> ");

        await ann.EnterAsync("/invite bob");
        await ann.WaitForAsync("* ann has invited bob");
        await bob.WaitForAsync($"* ann has invited you to {room}: /join {room} enters it");
        await bob.EnterAsync($"/join {room}");
        await bob.WaitForAsync($"* you are bob in {room}, with ann", $"* topic of {room}: the autumn release", $"{room}> ");
        await bob.EnterAsync("when?");
        await ann.WaitForAsync(" bob: when?");
        await ann.EnterAsync("/invite bob");
        await ann.WaitForAsync($"* bob has a role in {room} already");
        await ann.EnterAsync("/topic the winter release");
        await bob.WaitForAsync("* ann has set the topic: the winter release");
        await bob.EnterAsync("/topic mine");
        await bob.WaitForAsync("! only a moderator of the room may do this");

        await ann.EnterAsync("/mute bob 10m too many questions");
        await bob.WaitForAsync("* ann has muted bob for 10 minutes: too many questions", $"! you are muted in {room} until ");
        await bob.EnterAsync("but when?");
        await bob.WaitForAsync("! you are muted in this room for another ", ": too many questions");
        await ann.EnterAsync("/roles");
        await ann.WaitForAsync("* ann  owner", "* bob  member, muted until ", " by ann: too many questions");

        await ann.EnterAsync("/role bob none");
        await bob.WaitForAsync($"! you were removed from {room}; a moderator of it can invite you again", "(no room)> ");
        await bob.EnterAsync($"/join {room}");
        await bob.WaitForAsync("! there is no such room");
        await bob.EnterAsync("/rooms");
        Assert.DoesNotContain($"* {room}  ", await bob.WaitForAsync("* lobby  "), StringComparison.Ordinal);
    }

    [Spec("CP-ROL-021", "CP-ROL-030", "CP-ROL-031")]
    [Fact(Timeout = 300_000)]
    public async Task What_a_public_room_forbids_is_told_when_it_begins_when_it_is_tried_and_when_it_is_joined()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await ann.EnterAsync("/join tea");
        await ann.WaitForAsync("tea> ");
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("tea> ");

        await ann.EnterAsync("/moderated on");
        await bob.WaitForAsync("* ann has made the room moderated");
        await bob.EnterAsync("but");
        await bob.WaitForAsync("! the room is moderated, and you have no role in it: ask a moderator to make you a member");
        await bob.EnterAsync("/part");
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("* tea is moderated, and you have no role in it: you can read, and a moderator can make you a member");
        await ann.EnterAsync("/moderated on");
        await ann.WaitForAsync("* that is so already");
        await ann.EnterAsync("/slow 30s");
        await bob.WaitForAsync("* ann has set slow mode to one post in 30 s");
        await ann.EnterAsync("/slow soon");
        await ann.WaitForAsync("! /slow takes off, or a number and its unit");
        await ann.EnterAsync("/archive on");
        await ann.WaitForAsync("* ann has archived the room");
        await ann.EnterAsync("but");
        await ann.WaitForAsync("! the room is archived: it can be read, and its owner can open it again");

        await ann.EnterAsync("/ban bob enough");
        await bob.WaitForAsync("! you were banned from tea (enough); a moderator of it can lift that", "(no room)> ");
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("! you are banned from this room: enough");
        await ann.EnterAsync("/unban bob");
        await ann.WaitForAsync("* ann has lifted the ban of bob");
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("* tea is archived: it can be read, and nobody posts");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_script_makes_and_changes_rooms_and_names_them_by_what_it_was_printed()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        await using var there = bob.StartChat("tail");
        await installation.WaitForSessionsAsync("bob", 1);
        var room = (await ann.ChatAsync("rooms", "create", "plans", "--topic", "autumn")).Done().Output.TrimEnd();
        Assert.Matches(@"\A\d+\z", room);
        (await bob.ChatAsync("send", "--room", room, "but")).Failed(3, "there is no such room");
        (await ann.ChatAsync("rooms", "invite", room, "bob")).Done();
        await bob.SendAsync("when?", "--room", $"plans#{room}");
        (await ann.ChatAsync("rooms", "set", room, "--topic", "", "--title", "Plans", "--slow", "30s", "--moderated", "on")).Done();

        var listed = Assert.Single((await bob.ChatAsync("rooms", "-o", "ndjson")).Done().Objects, one => one.GetProperty("kind").GetString() == "by-invitation");
        Assert.Equal((room, "plans"), (listed.GetProperty("room").GetString(), listed.GetProperty("name").GetString()));
        Assert.Contains($"\nplans#{room}  ", (await bob.ChatAsync("rooms")).Done().Output, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^\S+ \S+ \* ann has created the room$\n^\S+ \S+ \* ann has invited bob$\n^\S+ \S+ bob: when\?$", (await bob.ChatAsync("history", "--room", room)).Done().Output);

        var entries = (await bob.ChatAsync("history", "--room", room, "-o", "ndjson")).Done().Objects;
        Assert.Equal(["room-changed", "role-changed", "message", "room-changed"], entries.Select(entry => entry.GetProperty("kind").GetString()));
        string[] common = ["room", "epoch", "seq", "time", "from", "principal", "kind", "text"];
        Assert.Equal([.. common, "whom", "whom_principal", "role", "restriction", "until"], entries[1].EnumerateObject().Select(field => field.Name));
        Assert.Equal(("has invited bob", "bob", "member", "none", JsonValueKind.Null),
            (entries[1].GetProperty("text").GetString(), entries[1].GetProperty("whom").GetString(), entries[1].GetProperty("role").GetString(),
                entries[1].GetProperty("restriction").GetString(), entries[1].GetProperty("until").ValueKind));
        Assert.Equal([.. common, "title", "topic", "moderated", "archived", "slow", "edit_for"], entries[3].EnumerateObject().Select(field => field.Name));
        Assert.Equal(("Plans", "", true, JsonValueKind.Null, 30), (entries[3].GetProperty("title").GetString(), entries[3].GetProperty("topic").GetString(),
            entries[3].GetProperty("moderated").GetBoolean(), entries[3].GetProperty("archived").ValueKind, entries[3].GetProperty("slow").GetInt32()));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_script_is_told_by_its_exit_code_what_a_room_does_not_allow()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        Assert.Equal("tea\n", (await ann.ChatAsync("rooms", "create", "tea", "--public")).Done().Output);
        (await bob.ChatAsync("rooms", "create", "tea", "--public")).Failed(5, "there is a room called tea");
        (await bob.ChatAsync("rooms", "set", "tea", "--topic", "mine")).Failed(4, "only a moderator of the room may do this");
        (await ann.ChatAsync("rooms", "set", "tea")).Failed(2, "This changes nothing: set what is to change.");
        (await ann.ChatAsync("rooms", "set", "tea", "--slow", "7h")).Failed(2, "Slow mode is a time from 0 to 6 hours");
        (await ann.ChatAsync("rooms", "set", "tea", "--slow", "soon")).Failed(2, "--slow takes off, or a number and its unit");
        (await ann.ChatAsync("rooms", "set", "tea", "--moderated", "on")).Done();
        (await bob.ChatAsync("send", "--room", "tea", "but")).Failed(4, "the room is moderated");
        (await ann.ChatAsync("rooms", "set", "tea", "--archived", "on")).Done();
        (await ann.ChatAsync("send", "--room", "tea", "but")).Failed(4, "the room is archived");
        (await bob.ChatAsync("tail", "--room", "999")).Failed(3, "there is no such room");

        await using var tail = bob.StartChat("tail", "--room", "tea");
        await installation.WaitForSessionsAsync("bob", 1);
        await using var terminal = await ann.EnterLobbyAsync();
        await terminal.EnterAsync("/join tea");
        await terminal.WaitForAsync("tea> ");
        await terminal.EnterAsync("/ban bob enough");
        (await tail.EndAsync()).Failed(4, "you were banned from tea (enough)");
    }
}
