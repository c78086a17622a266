using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The table of the posts that have a key, without a server.</summary>
public sealed class PostKeyLogTests : IDisposable
{
    private const ulong Room = 2;

    private readonly LogDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData("UPDATE post_key SET seq = 9 WHERE seq = 2")]
    [InlineData("UPDATE post_key SET time = 1 WHERE seq = 2")]
    [InlineData("UPDATE post_key SET text_hash = 0 WHERE seq = 2")]
    [InlineData("UPDATE post_key SET room = 3 WHERE seq = 2")]
    [InlineData("UPDATE post_key SET crc = crc + 1 WHERE seq = 2")]
    public void A_row_that_is_damaged_refuses_the_start_by_name_and_is_gone_where_the_loss_is_accepted(string damage)
    {
        Fill(segments: 3, each: 1);
        _database.Execute(damage);
        Assert.Throws<DamagedRowException>(() => Find(2));
        var refusal = DatabaseOpener.Explain(_database.Path, Assert.Throws<DamagedRowException>(() => _database.Open())).Message;
        Assert.Contains("the key of entry", refusal, StringComparison.Ordinal);

        _database.Open(acceptsLoss: true).Dispose();
        Assert.Equal((1ul, null, 3ul), (Find(1)?.Seq, Find(2)?.Seq, Find(3)?.Seq));
    }

    [Spec("CP-KEY-004")]
    [Fact]
    public void The_hash_of_an_erased_text_is_gone_also_from_a_row_that_is_damaged_and_stays_so()
    {
        Fill(segments: 1, each: 3);
        using (var writer = _database.Open())
        {
            _database.Execute("UPDATE post_key SET time = 1 WHERE seq = 2");
            LogDatabase.Write(writer, new Erasure(Room, 1), new Erasure(Room, 2));
        }

        Assert.Equal((0ul, 7003ul), (Find(1)!.BodyHash, Find(3)!.BodyHash));
        Assert.Equal(0, _database.Ask("SELECT text_hash FROM post_key WHERE seq = 2"));
        Assert.Throws<DamagedRowException>(() => Find(2));
    }

    [Spec("CP-KEY-005")]
    [Fact]
    public void Keys_expire_a_little_at_a_time_with_their_segments()
    {
        Fill(segments: 20, each: 200);
        using var writer = _database.Open();
        var removed = new List<long>();
        for (var (more, left) = (true, 4000L); more; left = Count())
        {
            var expiry = new Expiry(Room, 3900);
            LogDatabase.Write(writer, expiry);
            more = expiry.HasMore;
            Assert.Equal(expiry.Oldest, (ulong)_database.Ask("SELECT min(seq) FROM post_key"));
            removed.Add(left - Count());
        }

        Assert.Equal([600, 600, 600, 600, 600, 600, 200], removed);
        Assert.Equal((null, 3801ul), (Find(3800), Find(3801)?.Seq));

        long Count() => _database.Ask("SELECT count(*) FROM post_key");
    }

    [Spec("CP-KEY-005")]
    [Fact]
    public void A_key_whose_entry_is_lost_is_free_again_where_the_loss_is_accepted()
    {
        Fill(segments: 3, each: 2);
        _database.Execute("DELETE FROM segment WHERE first = 5");

        _database.Open(acceptsLoss: true).Dispose();
        Assert.Equal((4ul, null, null), (Find(4)?.Seq, Find(5), Find(6)));
    }

    [Fact]
    public void A_database_of_the_version_before_there_were_keys_is_brought_up_to_date()
    {
        LargeRoom.Fill(_database.Path, "tea", 10, perCommit: 1);
        _database.Execute(OlderSchema.Eleventh);
        using (var writer = _database.Open())
        {
            var batch = new LogBatch();
            batch.Segments.Add(SegmentOf(11, 1));
            batch.Changes.Add(new LogChange.KeepPostKey(KeyOf(11)));
            writer.Write(batch);
        }

        Assert.Equal(KeyOf(11), Find(11));
        Assert.Equal(Room, Assert.Single(_database.Find(new DirectoryQuery.PostKeyed(KeyOf(11).Key, WithRoom: true)).Rooms).Id);
    }

    private PostKeyRecord? Find(ulong seq) => _database.Find(new DirectoryQuery.PostKeyed(KeyOf(seq).Key, WithRoom: false)).Keyed;

    private static PostKeyRecord KeyOf(ulong seq) => new(new PostKey(Room, UInt128.MaxValue - seq), seq, 1000 + seq, 7000 + seq);

    private static Segment SegmentOf(ulong first, int count)
    {
        byte[] bytes = [.. Enumerable.Range(0, count).SelectMany(i => FrameCodec.Encode(new Message(Room, first + (ulong)i, 1000 + first + (ulong)i, 100, "ann", "hello")))];
        return new Segment(Room, first, 1000 + first + (ulong)count - 1, bytes);
    }

    /// <summary>A room with segments of entries that all have keys.</summary>
    private void Fill(int segments, int each)
    {
        using var writer = _database.Open();
        for (var i = 0; i < segments; i++)
        {
            var batch = new LogBatch();
            if (i == 0)
                batch.Rooms.Add(new RoomRecord(Room, RoomKind.Public, "tea", HubBench.Epoch, 1, 100, 0));
            var first = (ulong)(i * each + 1);
            batch.Segments.Add(SegmentOf(first, each));
            batch.Changes.AddRange(Enumerable.Range(0, each).Select(j => new LogChange.KeepPostKey(KeyOf(first + (ulong)j))));
            writer.Write(batch);
        }
    }
}
