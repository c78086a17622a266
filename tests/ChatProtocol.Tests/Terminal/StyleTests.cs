using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class StyleTests
{
    private static readonly Style Colours = new(colours: true);

    [Fact]
    public void A_principal_keeps_its_colour_under_another_name() =>
        Assert.Equal(Colours.Name(7, "bob").Replace("bob", "rob", StringComparison.Ordinal), Colours.Name(7, "rob"));

    [Fact]
    public void Principals_that_came_one_after_another_look_different() =>
        Assert.NotEqual(Colours.Name(7, "bob"), Colours.Name(8, "bob"));

    [Fact]
    public void A_name_is_made_safe() => Assert.Equal(@"bo\x1bb", Style.Plain.Name(1, "bo\u001bb"));

    [Fact]
    public void Without_colours_texts_stay_as_they_are() => Assert.Equal("12:00", Style.Plain.Dim("12:00"));
}
