using ChatProtocol.Client;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The position up to which the posts of an input are settled, against a list that is gone through from the beginning.</summary>
[OneTry]
public sealed class SettledTagsTests
{
    private enum Fate
    {
        Waits,
        Recorded,
        Settled,
    }

    [Fact(Timeout = 60_000)]
    public void Whatever_happens_to_whichever_post_the_position_lies_before_the_first_that_is_open() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 40]).Array[0, 200].Sample(steps =>
        {
            var tags = new SettledTags(7);
            var places = new List<TagPlace>();
            var fates = new List<Fate>();
            foreach (var (step, which) in steps)
            {
                if (step == 0 || places.Count == 0)
                {
                    // A tag that is open already is posted again, and another one has its own place.
                    var again = which % 4 == 0 ? fates.FindIndex(fate => fate != Fate.Settled) : -1;
                    var place = tags.Admit(again >= 0 ? places[again].Tag : 100 + (10 * (ulong)places.Count));
                    if (again >= 0)
                        Assert.Same(places[again], place);
                    else
                        (_, _) = (Add(places, place), Add(fates, Fate.Waits));
                }
                else
                {
                    var one = which % places.Count;
                    Apply(tags, places[one], step);
                    if (fates[one] != Fate.Settled)
                        fates[one] = step switch { 1 => Fate.Recorded, 2 => Fate.Settled, _ => Fate.Waits };
                }
                Assert.Equal(Before(places, fates.FindIndex(fate => fate != Fate.Settled)).Tag, tags.Settled);
                Assert.Equal(Before(places, fates.FindIndex(fate => fate == Fate.Waits)), tags.Recorded);
            }
        }, iter: 3000);

    private static void Apply(SettledTags tags, TagPlace place, int step)
    {
        if (step == 1)
            tags.Record(place);
        else if (step == 2)
            tags.Settle(place);
        else
            tags.Release(place);
    }

    private static int Add<T>(List<T> list, T one)
    {
        list.Add(one);
        return list.Count;
    }

    /// <summary>The position before a place; of all places if there is none.</summary>
    private static TagPosition Before(List<TagPlace> places, int index)
    {
        var end = index < 0 ? places.Count : index;
        return new TagPosition((ulong)end, end == 0 ? 7 : places[end - 1].Tag);
    }
}
