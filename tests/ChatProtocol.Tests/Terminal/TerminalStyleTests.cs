using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class TerminalStyleTests
{
    private static readonly TerminalStyle Colours = new(colours: true);

    [Fact]
    public void A_principal_keeps_its_colour_under_another_name() =>
        Assert.Equal(Colours.Name(17, "bob").Replace("bob", "rob", StringComparison.Ordinal), Colours.Name(17, "rob"));

    [Fact]
    public void Principals_that_came_one_after_another_look_different() =>
        Assert.NotEqual(Colours.Name(17, "bob"), Colours.Name(18, "bob"));

    [Fact]
    public void A_name_is_made_safe() => Assert.Equal(@"bo\x1bb", TerminalStyle.Plain.Name(17, "bo\u001bb"));

    [Spec("CP-NAM-018")]
    [Theory, InlineData(1, "** server"), InlineData(2, "** server"), InlineData(16, "server")]
    public void The_server_is_marked_by_its_principal_and_with_what_no_name_can_hold(ulong principal, string shown) =>
        Assert.Equal(shown, TerminalStyle.Plain.Name(principal, "server"));

    [Fact]
    public void Without_colours_texts_stay_as_they_are() => Assert.Equal("12:00", TerminalStyle.Plain.Dim("12:00"));
}
