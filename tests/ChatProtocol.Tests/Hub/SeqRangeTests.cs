using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class SeqRangeTests
{
    [Fact]
    public void Taking_so_many_from_an_end_is_what_counting_them_one_by_one_gives()
    {
        for (var first = 1ul; first <= 5; first++)
            for (var last = 0ul; last <= 7; last++)
                foreach (var count in (ulong[])[1, 2, 3, 6, 100, ulong.MaxValue])
                {
                    var range = new SeqRange(first, last);
                    List<ulong> seqs = [.. Seqs(range)];
                    var most = (int)Math.Min(count, 100);
                    Assert.Equal(seqs.Take(most), Seqs(range.Take(count, fromHigh: false)));
                    Assert.Equal(seqs.TakeLast(most), Seqs(range.Take(count, fromHigh: true)));
                    Assert.Equal(seqs.Count == 0, range.IsEmpty);
                }
        Assert.Equal(new SeqRange(ulong.MaxValue - 1, ulong.MaxValue), new SeqRange(0, ulong.MaxValue).Take(2, fromHigh: true));
    }

    private static IEnumerable<ulong> Seqs(SeqRange range)
    {
        for (var seq = range.First; seq <= range.Last; seq++)
            yield return seq;
    }
}
