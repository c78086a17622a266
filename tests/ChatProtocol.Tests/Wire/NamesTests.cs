using Xunit;

namespace ChatProtocol.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("a"), InlineData("ada"), InlineData("Élodie"), InlineData("世界"), InlineData("👋"), InlineData("a1"), InlineData("١٢")]
    [InlineData("-"), InlineData("a/b"), InlineData("<script>"), InlineData("e\u0301"), InlineData("lobby"), InlineData("server")]
    public void A_name_that_keeps_the_rules_is_taken(string name) => Assert.Null(Names.Validate(name));

    [Theory]
    [InlineData(""), InlineData("123"), InlineData("0")]
    [InlineData("a b"), InlineData(" a"), InlineData("a\u00a0b"), InlineData("a\u3000b"), InlineData("a\u2028b"), InlineData("a\tb"), InlineData("a\nb")]
    [InlineData("a:b"), InlineData("#a"), InlineData("50%"), InlineData("@a"), InlineData("a@b")]
    [InlineData("a\0b"), InlineData("\u001b[31m"), InlineData("a\u007f"), InlineData("a\u0085")]
    [InlineData("a\u200bb"), InlineData("a\u202eb"), InlineData("a\ufeffb"), InlineData("a\u200db"), InlineData("a\ue000"), InlineData("a\ufffd"), InlineData("a\uffff")]
    public void A_name_that_breaks_a_rule_is_complained_about(string name) => Assert.NotNull(Names.Validate(name));

    [Theory]
    [InlineData("👩\u200d💻", "joined to one by U+200D"), InlineData("a\u202eb", "U+202E"), InlineData("a\u3000b", "white space")]
    public void A_complaint_names_what_is_wrong(string name, string reason) => Assert.Contains(reason, Names.Validate(name), StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_is_no_name() => Assert.NotNull(Names.Validate("a\ud83d"));

    [Theory, InlineData("x", 64), InlineData("é", 32), InlineData("👋", 16)]
    public void A_name_has_at_most_64_bytes(string letter, int most)
    {
        Assert.Null(Names.Validate(string.Concat(Enumerable.Repeat(letter, most))));
        Assert.NotNull(Names.Validate(string.Concat(Enumerable.Repeat(letter, most + 1))));
    }
}
