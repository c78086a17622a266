using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Edits, replies, reactions and pins, as people and scripts have them.</summary>
public sealed class EditingTests
{
    [Spec("CP-AMD-001", "CP-AMD-005", "CP-AMD-010", "CP-AMD-015", "CP-MSG-018")]
    [Fact(Timeout = 300_000)]
    public async Task What_people_do_with_messages_is_shown_in_a_line_and_the_past_is_as_it_is_now()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await ann.EnterAsync("/join tea");
        await ann.WaitForAsync("tea> ");
        await bob.EnterAsync("/join tea");
        await bob.WaitForAsync("tea> ");

        await ann.EnterAsync("teh build is green");
        await bob.WaitForAsync(" ann: teh build is green");
        await ann.EnterAsync("/edit the build is green");
        await bob.WaitForAsync("* ann edited “teh build is green”: the build is green");
        await bob.EnterAsync("/react 👍");
        await ann.WaitForAsync("* bob 👍 “the build is green”");
        await bob.EnterAsync("/reply -1 so it is");
        await ann.WaitForAsync(" re “the build is green” bob: so it is");
        await ann.EnterAsync("/me waves");
        await bob.WaitForAsync(" * ann waves");
        await ann.EnterAsync("/pin 1");
        await bob.WaitForAsync("* ann pinned “the build is green”");
        await ann.EnterAsync("/history 3");
        await ann.WaitForAsync("» the build is green (edited) (pinned) [👍 1]");
        await bob.EnterAsync("/thread 1");
        await bob.WaitForAsync("* #1  ann: the build is green", "bob: so it is");
        await bob.EnterAsync("/del 1");
        await bob.WaitForAsync("! ");
        await ann.EnterAsync("/del -2");
        await bob.WaitForAsync("* ann took message 1 back");
        await bob.EnterAsync("/pins");
        await bob.WaitForAsync("* no message is pinned here");
    }

    [Spec("CP-AMD-009", "CP-AMD-020")]
    [Fact(Timeout = 120_000)]
    public async Task Programs_get_each_of_it_as_an_object_and_the_past_as_it_is_now()
    {
        await using var installation = await Installation.StartAsync();
        var (ann, bob) = (installation.User("ann"), installation.User("bob"));
        await ann.SendAsync("teh", "--room", "tea");

        var edited = (await ann.ChatAsync("edit", "--room", "tea", "1", "the", "-o", "ndjson")).Done().Objects.Single();
        Assert.Equal(("tea", 2), (edited.GetProperty("room").GetString(), edited.GetProperty("seq").GetInt32()));
        (await bob.ChatAsync("edit", "--room", "tea", "1", "no")).Failed(4, "only its author may edit a message");
        (await bob.ChatAsync("react", "--room", "tea", "1", "👍")).Done();
        (await bob.ChatAsync("reply", "--room", "tea", "1", "yes")).Done();
        (await ann.ChatAsync("pin", "--room", "tea", "1")).Done();

        var said = (await bob.ChatAsync("history", "--room", "tea", "-o", "ndjson")).Done().Objects.ToList();
        Assert.Equal(["message", "edited", "reacted", "message", "pinned"], said.Select(o => o.GetProperty("kind").GetString()));
        Assert.Equal(("the", true), (Text(said[0]), said[0].GetProperty("pinned").GetBoolean()));
        Assert.Equal("""[{"reaction":"👍","count":1,"own":true}]""", said[0].GetProperty("reactions").GetRawText());
        Assert.Equal(said[1].GetProperty("time").GetString(), said[0].GetProperty("edited").GetString());
        Assert.Equal((1, "the"), (said[1].GetProperty("target").GetInt32(), Text(said[1])));
        Assert.Equal((1, 1), (said[3].GetProperty("reply").GetInt32(), said[3].GetProperty("thread").GetInt32()));

        (await ann.ChatAsync("retract", "--room", "tea", "1")).Done();
        (await ann.ChatAsync("retract", "--room", "tea", "1")).Failed(3, "is no message of this room, or was erased");
        var gone = (await bob.ChatAsync("history", "--room", "tea", "-o", "ndjson")).Done().Objects.ToList();
        Assert.Equal(["erased", "edited", "reacted", "message", "pinned", "retracted"], gone.Select(o => o.GetProperty("kind").GetString()));
        Assert.All([gone[0], gone[1], gone[5]], one => Assert.Equal(JsonValueKind.Null, one.GetProperty("text").ValueKind));
        Assert.False(gone[0].TryGetProperty("reactions", out _));
    }

    private static string? Text(JsonElement told) => told.GetProperty("text").GetString();
}
