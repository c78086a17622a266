using ChatProtocol.Hub;
using Xunit;

namespace ChatProtocol.Tests.Hub;

public sealed class GapTests
{
    private readonly HubBench _bench = new(o => o with { TailBytes = 0 });
    private readonly HubClient _ann;
    private readonly ulong _room;

    public GapTests()
    {
        _ann = _bench.LogIn("ann", publisher: 1);
        _room = _ann.Open("tea").Room;
        // One segment of two entries after the other.
        for (var i = 1; i <= 10; i += 2)
        {
            _ann.SendPost(_room, $"{i}");
            _ann.SendPost(_room, $"{i + 1}");
            _bench.Settle();
        }
    }

    [Spec("CP-DEL-012", "CP-DEL-025", "CP-DEL-026")]
    [Fact]
    public void A_member_is_told_of_damaged_entries_in_their_place_and_gets_all_others()
    {
        _bench.Log.Damage(_room, 4);
        var bob = _bench.LogIn("bob");
        bob.Join("tea", after: 0);
        _bench.Settle();
        _ann.Say(_room, "11");

        Assert.Equal("1 2 gap(3-4 Damaged) 5 6 7 8 9 10 11", Stream(bob));
        Assert.False(bob.IsClosed);
    }

    [Spec("CP-DEL-025")]
    [Theory]
    [InlineData(0, "gap(1-2 Damaged) 3 4 5 6 7 8 gap(9-10 Damaged) 11", 1, 9)]
    [InlineData(1, "gap(2-2 Damaged) 3 4 5 6 7 8 gap(9-10 Damaged) 11", 1, 9)]
    [InlineData(3, "4 gap(5-8 Damaged) 9 10 11", 5, 7)]
    [InlineData(5, "gap(6-8 Damaged) 9 10 11", 5, 7)]
    public void Damage_at_either_end_of_what_is_missed_or_over_several_segments_is_one_gap(int after, string stream, int one, int other)
    {
        _bench.Log.Damage(_room, (ulong)one);
        _bench.Log.Damage(_room, (ulong)other);
        var bob = _bench.LogIn("bob");
        bob.Join("tea", after: (ulong)after);
        _bench.Settle();
        _ann.Say(_room, "11");

        Assert.Equal(stream, Stream(bob));
    }

    [Spec("CP-DEL-026")]
    [Fact]
    public void A_member_that_reads_slowly_gets_over_damage_as_well()
    {
        _bench.Log.Damage(_room, 3);
        _bench.Log.Damage(_room, 7);
        var bob = _bench.LogIn("bob");
        bob.Peer.Capacity = 1;
        bob.Join("tea", after: 0);
        for (var i = 0; i < 20; i++)
        {
            bob.Take();
            _bench.Settle();
        }

        Assert.Equal("1 2 gap(3-4 Damaged) 5 6 gap(7-8 Damaged) 9 10", Stream(bob));
    }

    [Spec("CP-HIS-010", "CP-HIS-002")]
    [Theory]
    [InlineData(10, null, null, "page(8 1 False) 1 2 5 6 7 8 9 10 gap(3-4 Damaged)")]
    [InlineData(3, null, 2, "page(1 1 True) 5 gap(3-4 Damaged)")]
    [InlineData(2, 5, null, "page(0 1 True) gap(3-4 Damaged)")]
    [InlineData(2, null, 2, "page(0 1 True) gap(3-4 Damaged)")]
    [InlineData(3, 6, null, "page(1 1 True) 5 gap(3-4 Damaged)")]
    [InlineData(3, 4, null, "page(2 1 False) 1 2 gap(3-3 Damaged)")]
    public void A_page_leaves_out_what_is_damaged_and_tells_it_behind_its_entries(int count, int? before, int? after, string page)
    {
        _bench.Log.Damage(_room, 3);
        var bob = _bench.LogIn("bob");
        bob.Ask<Page>(id => new History(id, _room, count, (ulong?)before, (ulong?)after));

        Assert.Equal(page, Stream(bob));
    }

    [Spec("CP-HIS-006", "CP-HIS-010")]
    [Fact]
    public void By_time_damage_at_either_end_of_what_is_found_is_told_and_no_entry_is_missed()
    {
        var bench = new HubBench(o => o with { TailBytes = 0 });
        var ann = bench.LogIn("ann");
        var room = ann.Open("tea").Room;
        for (var i = 1; i <= 9; i++)
        {
            bench.SetClock(HubBench.Begin + 10 * i);
            ann.Say(room, $"{i}");
        }
        bench.Log.Damage(room, 3);
        bench.Log.Damage(room, 7);
        string Page(int? since, int? until)
        {
            var bob = bench.LogIn("bob");
            bob.Ask<Page>(id => new History(id, room, 100, null, null, since is null ? null : (ulong)(HubBench.Begin + since), until is null ? null : (ulong)(HubBench.Begin + until)));
            return Stream(bob);
        }

        Assert.Equal("page(5 2 False) 4 5 6 8 9 gap(3-3 Damaged) gap(7-7 Damaged)", Page(30, null));
        Assert.Equal("page(5 2 False) 1 2 4 5 6 gap(3-3 Damaged) gap(7-7 Damaged)", Page(null, 80));
        Assert.Equal("page(1 0 False) 5", Page(50, 60));
        Assert.Equal("page(0 1 False) gap(7-7 Damaged)", Page(70, 71));
    }

    [Spec("CP-MSG-010")]
    [Fact]
    public void A_damaged_entry_cannot_be_erased_and_the_admin_is_told_so()
    {
        _bench.Log.Damage(_room, 3);
        _bench.MaintenanceResult = new ChatProtocol.Hub.MaintenanceResult(null);
        var admin = _bench.LogInAdmin();

        Assert.Equal(ErrorCode.LogUnavailable, admin.Refused(id => new Erase(id, _room, 4)));
        admin.Ask<Ok>(id => new Erase(id, _room, 5));
    }

    /// <summary>Whatever is damaged and however it is read: each seq comes once, as an entry or in a gap.</summary>
    [Spec("CP-DEL-025", "CP-HIS-010")]
    [Fact]
    public void Every_seq_is_told_once_however_it_is_read()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var bench = new HubBench(o => o with { TailBytes = random.Next(2) * 300 });
            var ann = bench.LogIn("ann");
            var room = ann.Open("tea").Room;
            for (var i = random.Next(1, 12); i > 0; i--)
            {
                for (var posts = random.Next(1, 5); posts > 0; posts--)
                    ann.SendPost(room, new string('x', random.Next(1, 20_000)));
                bench.Settle();
            }
            var head = bench.Log.HeadOf(room);
            for (var i = random.Next(4); i > 0; i--)
                bench.Log.Damage(room, (ulong)random.NextInt64((long)head) + 1);

            var bob = bench.LogIn("bob");
            bob.Peer.Capacity = random.Next(2) == 0 ? null : random.Next(1, 40_000);
            bob.Join("tea", after: 0);
            bob.TakeAll();
            Assert.Equal(Enumerable.Range(1, (int)head), Covered(bob));

            foreach (var upward in (bool[])[true, false])
            {
                var reader = bench.LogIn($"reader-{upward}");
                for (var (more, at) = (true, upward ? 0ul : head + 1); more;)
                {
                    var count = random.Next(1, 9);
                    var page = reader.Ask<Page>(id => upward ? new History(id, room, count, null, at) : new History(id, room, count, at, null));
                    var seen = Covered(reader, reader.Received.IndexOf(page) + 1).ToList();
                    Assert.Equal(seen.Count > 0, page.Count + page.Gaps > 0);
                    (more, at) = (page.More, (ulong)(upward ? seen.Max() : seen.Min()));
                }
                Assert.Equal(Enumerable.Range(1, (int)head), Covered(reader).Order());
            }
        }
    }

    /// <summary>Of a post that is whole a retry never has a second effect, whatever is damaged before it (CP-DEL-028).</summary>
    [Spec("CP-DEL-006", "CP-DEL-028")]
    [Fact]
    public void A_repeated_post_that_is_whole_or_has_a_whole_one_behind_it_is_never_stored_again()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var bench = new HubBench();
            var writers = Enumerable.Range(0, 3).Select(i => (Name: $"w{i}", Client: bench.LogIn($"w{i}", publisher: (byte)i), Said: new List<ulong>())).ToList();
            var room = writers[0].Client.Open("tea").Room;
            for (var i = random.Next(1, 15); i > 0; i--)
            {
                for (var posts = random.Next(1, 4); posts > 0; posts--)
                {
                    var writer = writers[random.Next(3)];
                    writer.Said.Add(0);
                    writer.Client.SendPost(room, $"{writer.Name} {writer.Said.Count}", (ulong)writer.Said.Count);
                }
                bench.Settle();
                if (random.Next(4) == 0)
                    bench.Pass(TimeSpan.FromSeconds(2));
                bench.Settle();
            }
            var head = bench.Log.HeadOf(room);
            var segments = bench.Log.SegmentsOf(room).ToList();
            foreach (var segment in segments.Where(_ => random.Next(3) == 0).ToList())
                bench.Log.Damage(room, segment.First);
            var whole = bench.Log.Find(new EntryQuery(room, new SeqRange(1, head)) { MaxBytes = int.MaxValue }).Runs
                .Where(run => run.Segment is not null).SelectMany(run => Frames.Decode(run.Segment!.Bytes)).Cast<Message>().ToList();

            bench.Restart();
            foreach (var writer in writers)
            {
                var lastWhole = whole.Where(m => m.Name == writer.Name).Select(m => int.Parse(m.Text.ToString().Split(' ')[1], null)).LastOrDefault();
                var back = bench.LogIn(writer.Name, publisher: (byte)(writer.Name[1] - '0'));
                for (var counter = 1; counter <= lastWhole; counter++)
                {
                    var answer = back.Say(room, $"{writer.Name} {counter}", (ulong)counter);
                    var original = whole.Find(m => m.Text.ToString() == $"{writer.Name} {counter}");
                    Assert.True(answer.Seq is null || answer.Seq <= head, $"seed {seed}: {writer.Name} {counter} was stored again");
                    if (original is not null && answer.Seq is not null)
                        Assert.Equal(original.Seq, answer.Seq);
                }
            }
            Assert.Equal(head, bench.Log.HeadOf(room));
        }
    }

    private static IEnumerable<int> Covered(HubClient client, int from = 0) => client.Received.Skip(from).SelectMany(frame => frame switch
    {
        Message message => [(int)message.Seq],
        Gap gap => Enumerable.Range((int)gap.First, (int)(gap.Last - gap.First + 1)),
        _ => [],
    });

    private static string Stream(HubClient client) => string.Join(' ', client.Received.Select(frame => frame switch
    {
        Message message => $"{message.Seq}",
        Gap gap => $"gap({gap.First}-{gap.Last} {gap.Why})",
        Page page => $"page({page.Count} {page.Gaps} {page.More})",
        _ => null,
    }).Where(word => word is not null));
}
