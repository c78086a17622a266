using System.Buffers.Binary;

namespace ChatProtocol.Hub;

/// <summary>An entry that was posted with a counter.</summary>
/// <param name="Index">The entry's place in its segment.</param>
/// <param name="Publisher">The publisher.</param>
/// <param name="Counter">The post's counter.</param>
/// <param name="BodyHash">A hash of its text.</param>
internal readonly record struct CountedPost(int Index, PublisherKey Publisher, ulong Counter, ulong BodyHash);

/// <summary>
/// The publishers and counters stored beside a segment's entries, in the same row, so that one is never there without the other:
/// the publishers, each with its first counter here, then for each entry its publisher and the hash of its text. Within a
/// segment a publisher's counters have no gap, so the others follow from the first.
/// </summary>
internal sealed class CountedPosts
{
    private const int HeaderSize = 2;
    private const int PublisherSize = 8 + PublisherId.Size + 8;
    private const int EntrySize = 2 + 8;

    private readonly List<(PublisherKey Key, ulong First)> _publishers = [];
    private readonly Dictionary<PublisherKey, ushort> _numbers = [];
    private readonly List<(ushort Publisher, ulong BodyHash)> _entries = [];

    /// <summary>Adds the next entry of the segment, with a counter or without.</summary>
    public void Add(PostOrigin? origin)
    {
        _entries.Add(origin is { } post ? (NumberOf(post), post.BodyHash) : default);
    }

    public byte[] ToArray()
    {
        if (_publishers.Count == 0)
            return [];
        var bytes = new byte[HeaderSize + _publishers.Count * PublisherSize + _entries.Count * EntrySize];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)_publishers.Count);
        var rest = bytes.AsSpan(HeaderSize);
        foreach (var (key, first) in _publishers)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, key.Principal);
            key.Id.CopyTo(rest[8..]);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[(8 + PublisherId.Size)..], first);
            rest = rest[PublisherSize..];
        }
        foreach (var (publisher, hash) in _entries)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, publisher);
            BinaryPrimitives.WriteUInt64LittleEndian(rest[2..], hash);
            rest = rest[EntrySize..];
        }
        return bytes;
    }

    public void Clear()
    {
        _publishers.Clear();
        _numbers.Clear();
        _entries.Clear();
    }

    /// <summary>The entries of a segment that have a counter.</summary>
    /// <exception cref="ArgumentException">The bytes are not in this format.</exception>
    public static IReadOnlyList<CountedPost> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return [];
        var publishers = bytes.Length < HeaderSize ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        var entries = bytes.Length - HeaderSize - publishers * PublisherSize;
        if (publishers == 0 || entries < 0 || entries % EntrySize != 0)
            throw new ArgumentException("These are no counted posts.", nameof(bytes));
        var next = new (PublisherKey Key, ulong Counter)[publishers];
        for (var i = 0; i < publishers; i++)
        {
            var at = bytes[(HeaderSize + i * PublisherSize)..];
            next[i] = (new PublisherKey(BinaryPrimitives.ReadUInt64LittleEndian(at), PublisherId.From(at[8..])),
                BinaryPrimitives.ReadUInt64LittleEndian(at[(8 + PublisherId.Size)..]));
        }
        var posts = new List<CountedPost>();
        for (var i = 0; i < entries / EntrySize; i++)
        {
            var at = bytes[(HeaderSize + publishers * PublisherSize + i * EntrySize)..];
            var number = BinaryPrimitives.ReadUInt16LittleEndian(at);
            if (number > publishers)
                throw new ArgumentException("These are no counted posts.", nameof(bytes));
            if (number > 0)
                posts.Add(new CountedPost(i, next[number - 1].Key, next[number - 1].Counter++, BinaryPrimitives.ReadUInt64LittleEndian(at[2..])));
        }
        return posts;
    }

    /// <summary>The same bytes without the hashes of some entries' texts.</summary>
    public static byte[] WithoutBodies(ReadOnlySpan<byte> bytes, IEnumerable<int> indexes)
    {
        var copy = bytes.ToArray();
        if (copy.Length == 0)
            return copy;
        var entries = HeaderSize + BinaryPrimitives.ReadUInt16LittleEndian(copy) * PublisherSize;
        foreach (var index in indexes)
            copy.AsSpan(entries + index * EntrySize + sizeof(ushort), sizeof(ulong)).Clear();
        return copy;
    }

    private ushort NumberOf(PostOrigin post)
    {
        // A publisher often posts several times in a row.
        if (_entries.Count > 0 && _entries[^1].Publisher is > 0 and var last && _publishers[last - 1].Key == post.Publisher)
            return last;
        if (!_numbers.TryGetValue(post.Publisher, out var number))
        {
            _publishers.Add((post.Publisher, post.Counter));
            _numbers.Add(post.Publisher, number = (ushort)_publishers.Count);
        }
        return number;
    }
}

/// <summary>The identity of a post with a counter.</summary>
/// <param name="Publisher">The publisher.</param>
/// <param name="Counter">The post's counter.</param>
/// <param name="BodyHash">A hash of the text.</param>
internal readonly record struct PostOrigin(PublisherKey Publisher, ulong Counter, ulong BodyHash);
