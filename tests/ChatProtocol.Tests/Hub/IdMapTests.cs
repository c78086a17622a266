using ChatProtocol.Hub;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class IdMapTests
{
    [Fact]
    public void It_holds_what_a_sorted_dictionary_holds_whatever_is_done() =>
        Gen.Select(Gen.Int[0, 5], Gen.ULong[1, 600]).Array[0, 3000].Sample(steps =>
        {
            var map = new IdMap<string>();
            var model = new SortedDictionary<ulong, string>();
            foreach (var (what, id) in steps)
            {
                if (what == 0)
                    Assert.Equal(model.Remove(id), map.Remove(id));
                else
                    map.Set(id, model[id] = $"{id} {what}");
            }
            Assert.Equal(model.Count, map.Count);
            Assert.Equal(model.Values, map.After(0));
            Assert.Equal(model.Where(one => one.Key > 300).Select(one => one.Value), map.After(300));
            Assert.All(Enumerable.Range(0, 601), id => Assert.Equal(model.GetValueOrDefault((ulong)id), map.Find((ulong)id)));
        }, iter: 200);

    [Fact]
    public void What_is_read_on_may_change_between_two_values()
    {
        var map = new IdMap<ulong>();
        for (var id = 1UL; id <= 1000; id++)
            map.Set(id, id);
        var seen = new List<ulong>();

        foreach (var id in map.After(0))
        {
            seen.Add(id);
            map.Remove(id);
            map.Remove(id + 1);
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => (ulong)(2 * i + 1)), seen);
        Assert.Equal(0, map.Count);
    }

    [Fact]
    public void Behind_the_last_id_there_is_nothing()
    {
        var map = new IdMap<string>();
        map.Set(5, "five");

        Assert.False(map.TryNext(5, out _, out _));
        Assert.False(map.TryNext(ulong.MaxValue, out _, out _));
    }
}
