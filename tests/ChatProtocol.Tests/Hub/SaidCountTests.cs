using Xunit;

namespace ChatProtocol.Tests.Hub;

/// <summary>A page counts what is said, and has what stands between; it is bounded by all of it.</summary>
public sealed class SaidCountTests
{
    private readonly HubBench _bench = new();

    [Spec("CP-MSG-016", "CP-HIS-001", "CP-HIS-005")]
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public void A_page_ends_with_the_said_entry_that_was_counted_to(int perSegment)
    {
        var random = new Random(perSegment);
        var isSaid = Enumerable.Range(0, 300).Select(_ => random.Next(4) > 0).ToList();
        var reader = Seed(isSaid, perSegment);
        for (var i = 0; i < 200; i++)
        {
            var (count, place, isUp) = (random.Next(1, 40), (ulong)random.Next(0, 302), random.Next(2) == 0);
            var page = isUp ? Read(reader, count, after: place) : Read(reader, count, before: place);
            List<ulong> all = isUp ? [.. Seqs(isSaid).Where(seq => seq > place)] : [.. Seqs(isSaid).Where(seq => seq < place).Reverse()];
            var left = count;
            List<ulong> wanted = [.. all.TakeWhile(seq => left > 0 && (left -= isSaid[(int)seq - 1] ? 1 : 0) >= 0)];
            Assert.Equal(wanted.Order(), TakeEntries(reader).Select(entry => entry.Seq));
            Assert.Equal(wanted.Count < all.Count, page.More);
        }
    }

    [Spec("CP-MSG-016", "CP-HIS-012")]
    [Fact]
    public void Ten_thousand_changes_between_two_words_are_read_in_pages_of_bounded_size()
    {
        var reader = Seed(SaidRoom.Between(said: 3, unsaid: 10_000), perSegment: 100);
        var (before, words, pages) = ((ulong?)null, 0, 0);
        for (var more = true; more; pages++)
        {
            var asked = _bench.Hub.Steps;
            var page = Read(reader, 3, before: before);
            Assert.InRange(page.Count, 1, 1000);
            Assert.InRange(_bench.Hub.Steps - asked, 0, 3000);
            more = page.More;
            var entries = TakeEntries(reader);
            words += entries.Count(entry => entry.IsSaid);
            before = entries[0].Seq;
        }
        Assert.Equal(3, words);
        Assert.InRange(pages, 30, 40);
    }

    [Spec("CP-MSG-016")]
    [Fact]
    public void The_number_goes_on_behind_a_restart_and_a_lost_batch()
    {
        Seed([true, false, false, true], perSegment: 2);
        var ann = _bench.LogIn("bob");
        var room = ann.Open("tea").Room;
        var lost = ann.Send(id => new Post(id, room, "lost", null));
        _bench.Fail();
        Assert.Equal(ErrorCode.LogUnavailable, Assert.IsType<Error>(ann.AnswerTo(lost)).Reason);
        ann.Say(room, "five");
        Assert.Equal([1ul, 2ul, 2ul], _bench.Log.SegmentsOf(room).Select(segment => segment.Unsaid));

        _bench.LogInAdmin().Ask<Purged>(id => new Purge(id, "bob", Purge.MaxFor, room, false));
        _bench.Restart();
        _bench.LogIn("bob").Say(room, "seven");
        var last = _bench.Log.SegmentsOf(room).Last();
        Assert.Equal((7ul, 3ul), (last.Last, last.Unsaid));
    }

    private static IEnumerable<ulong> Seqs(List<bool> isSaid) => Enumerable.Range(1, isSaid.Count).Select(seq => (ulong)seq);

    private HubClient Seed(IReadOnlyList<bool> isSaid, int perSegment)
    {
        _bench.Log.Append(SaidRoom.Batch(isSaid, perSegment));
        _bench.Log.Store();
        _bench.Restart();
        return _bench.LogIn("reader");
    }

    private static List<Entry> TakeEntries(HubClient reader)
    {
        List<Entry> entries = [.. reader.All<Entry>()];
        reader.Received.Clear();
        return entries;
    }

    private static Page Read(HubClient reader, int count, ulong? before = null, ulong? after = null) =>
        reader.Ask<Page>(id => new History(id, SaidRoom.Room, count, before, after));
}
