using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>The names that the hub compares; the rules that a name has to keep are in <see cref="NamesTests"/>.</summary>
public sealed class NameTests
{
    [Spec("CP-NAM-004")]
    [Theory, InlineData("Bob", "bOB"), InlineData("Élodie", "e\u0301lodie"), InlineData("ΑΝΝΑ", "αννα")]
    public void Names_with_the_same_canonical_form_are_the_same(string one, string other)
    {
        Assert.Equal(new UserName(one), new UserName(other));
        Assert.Equal(new UserName(one).GetHashCode(), new UserName(other).GetHashCode());
        Assert.Equal(new RoomName(one), new RoomName(other));
    }

    [Spec("CP-NAM-004")]
    [Theory, InlineData("bob", "rob"), InlineData("bob", "bo\u0431"), InlineData("strasse", "straße")]
    public void Names_with_different_canonical_forms_are_different(string one, string other) =>
        Assert.NotEqual(new UserName(one), new UserName(other));

    [Fact]
    public void A_rooms_name_is_never_a_users() => Assert.NotEqual<Name>(new RoomName("bob"), new UserName("bob"));

    [Spec("CP-NAM-007")]
    [Fact]
    public void A_name_is_shown_and_written_as_it_was_typed()
    {
        var name = new UserName("E\u0301lodie");

        Assert.Equal(("E\u0301lodie", "E\u0301lodie"), (name.Text, $"{name}"));
        Assert.Equal("E\u0301lodie"u8, name.Utf8);
    }

    [Fact]
    public void An_encoded_name_is_the_same_name()
    {
        var name = new UserName("bob");

        Assert.Equal(3, name.Utf8.Length);
        Assert.Equal(new UserName("bob"), name);
    }

    [Spec("CP-NAM-016")]
    [Theory, InlineData(""), InlineData("a b"), InlineData("100"), InlineData("@bob")]
    public void A_name_from_before_the_rules_can_be_looked_for(string name)
    {
        Assert.NotNull(Names.Validate(name));
        Assert.Contains(new UserName(name.ToUpperInvariant()), new HashSet<UserName> { new(name) });
    }

    [Theory, InlineData(64, false), InlineData(65, true)]
    public void A_text_that_is_longer_than_any_name_is_told_as_such(int length, bool isTooLong) =>
        Assert.Equal(isTooLong, new UserName(new string('A', length)).IsTooLong);

    [Fact]
    public void A_text_that_is_longer_than_any_name_is_not_normalised()
    {
        var text = new string('\u00c9', 100_000);

        Assert.Same(text, new UserName(text).Canonical);
    }
}
