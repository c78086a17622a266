using System.Text.RegularExpressions;
using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The table of verbs is the registry's, and decides who may ask what.</summary>
public sealed partial class VerbTests
{
    private static readonly IReadOnlyList<Verb> Table = [.. new HubBench().Hub.Verbs];

    public static TheoryData<string> Verbs => [.. Table.Select(verb => EntryOf(verb).Name)];

    [Fact]
    public void Each_request_of_the_registry_has_a_row_and_no_other_has_one() => Assert.Equal(
        Registry.Messages.Where(m => m.Kind == "request").Select(m => (m.Code, m.Asker)).Order(),
        Table.Select(verb => (verb.Code, (string?)AskerOf(verb))).Order());

    [Fact]
    public void What_is_handled_in_which_states_is_what_the_table_of_states_says() => Assert.All(Table, verb =>
    {
        var cells = StateTable.Cells.Where(cell => cell.Request == EntryOf(verb).Name).ToDictionary(cell => cell.State, cell => cell.Outcome);
        Assert.Equal(verb.When == VerbTime.Always, cells["draining"] == "handle");
        Assert.Equal(verb.When != VerbTime.LoggingIn, cells["ready"] == "handle");
        Assert.Equal(verb.When == VerbTime.Ready, cells["open"] != "handle" && cells["greeted"] != "handle");
        Assert.Equal(verb.When == VerbTime.Greeted, cells["open"] != "handle" && cells["greeted"] == "handle" && cells["ready"] == "handle");
    });

    [Fact]
    public void A_reply_that_lists_or_pages_waits_for_its_turn() => Assert.All(Table, verb =>
    {
        var reply = Registry.Messages.Single(m => m.Name == EntryOf(verb).AnsweredBy);
        // The answer to a ban is a list of one; that to a mark is a number, which takes reading a page.
        var isLong = reply.Fields.Any(field => field.Name is "more" or "next") && verb.Code != Ban.FrameCode || verb.Code == MarkRead.FrameCode;
        Assert.Equal(isLong, verb.MayBeLong);
    });

    [Fact]
    public void Roles_are_compared_in_one_place_alone()
    {
        var sources = Directory.EnumerateFiles(Repository.PathOf("src", "ChatProtocol.Hub"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.Equal(["AccountRecord.cs", "Principal.cs", "Rights.cs", "RoomStanding.cs"], sources.Where(file => Comparison().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName).Order());
    }

    private static MessageEntry EntryOf(Verb verb) => Registry.Messages.Single(m => m.Code == verb.Code);

    private static string AskerOf(Verb verb) =>
        verb.When != VerbTime.Ready ? "anybody"
        : Rights.Of(new Principal(100, new UserName("ann"), default, Role.Guest)).Include(verb.Needs) ? "user"
        : Rights.Of(new Principal(100, new UserName("ann"), default, Role.Member)).Include(verb.Needs) ? "account"
        : "admin";

    [GeneratedRegex(@"Role\b\s*(==|!=|:\s|switch|is\b)|Role\.\w+ =>")]
    private static partial Regex Comparison();
}
