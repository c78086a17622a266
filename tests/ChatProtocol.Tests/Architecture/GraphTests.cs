using Xunit;

namespace ChatProtocol.Tests.Architecture;

public sealed class GraphTests
{
    private readonly Graph _graph = new();

    [Fact]
    public void A_knot_is_found_with_the_references_within_it_and_no_others()
    {
        Refer("ab", "bc", "ca", "ad", "de", "ed");

        Assert.True(_graph.HasKnots(3, out var description));
        Assert.Equal("3 refer to each other: a, b, c\n  a -> b (1): ab\n  b -> c (1): bc\n  c -> a (1): ca", description);
    }

    [Fact]
    public void References_that_lead_one_way_are_no_knot()
    {
        Refer("ab", "bc", "ac", "aa", "dc");

        Assert.False(_graph.HasKnots(2, out _));
    }

    [Fact]
    public void References_between_the_same_two_are_one_with_the_first_place()
    {
        _graph.Add("a", "b", "here");
        _graph.Add("a", "b", "there");
        _graph.Add("b", "a", "back");

        Assert.True(_graph.HasKnots(2, out var description));
        Assert.Contains("a -> b (2): here", description, StringComparison.Ordinal);
    }

    private void Refer(params string[] pairs)
    {
        foreach (var pair in pairs)
            _graph.Add(pair[..1], pair[1..], pair);
    }
}
