using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>What a log in memory has of messages beside their entries: keys of posts, what has become of them, reactions, threads.</summary>
internal sealed class LogMessages
{
    private readonly Dictionary<PostKey, PostKeyRecord> _keys = [];
    private readonly SortedDictionary<(ulong Room, ulong Seq), AmendmentRecord> _amendments = [];
    private readonly SortedDictionary<(ulong Room, ulong Seq, ulong Principal, string Reaction), ReactionRecord> _reactions = [];
    private readonly SortedSet<(ulong Room, ulong Root, ulong Seq)> _threads = [];

    public IEnumerable<PostKeyRecord> PostKeys => _keys.Values;

    public IEnumerable<AmendmentRecord> Amendments => _amendments.Values;

    public LogMessages Copy()
    {
        var copy = new LogMessages();
        foreach (var (key, post) in _keys)
            copy._keys.Add(key, post);
        foreach (var (key, record) in _amendments)
            copy._amendments.Add(key, record);
        foreach (var (key, reaction) in _reactions)
            copy._reactions.Add(key, reaction);
        copy._threads.UnionWith(_threads);
        return copy;
    }

    public PostKeyRecord? Find(PostKey key) => _keys.GetValueOrDefault(key);

    public void Keep(PostKeyRecord post)
    {
        if (!_keys.TryAdd(post.Key, post))
            throw new LogContractException($"the key of entry {post.Seq} of room {post.Key.Room} was used before, by entry {_keys[post.Key].Seq}");
    }

    public void Keep(AmendmentRecord record) => _amendments[(record.Room, record.Seq)] = record;

    public void Set(ReactionRecord reaction, bool on)
    {
        var key = (reaction.Room, reaction.Seq, reaction.Principal, reaction.Reaction);
        if (on)
            _reactions[key] = reaction;
        else
            _reactions.Remove(key);
    }

    public void EndReactions(ulong room, ulong seq) => RemoveAll(_reactions, key => key.Room == room && key.Seq == seq);

    public void KeepThreaded(ulong room, ulong root, ulong seq) => _threads.Add((room, root, seq));

    /// <summary>An entry is erased.</summary>
    public void Erase(Erasure erasure)
    {
        if (_keys.Values.FirstOrDefault(post => post.Key.Room == erasure.Room && post.Seq == erasure.Seq) is { } keyed)
            _keys[keyed.Key] = keyed with { BodyHash = 0 };
        if (_amendments.TryGetValue((erasure.Room, erasure.Target), out var record))
            Keep(record.WithoutText());
    }

    /// <summary>The messages of a room before a seq are not kept any more.</summary>
    public void ForgetBefore(ulong room, ulong seq)
    {
        foreach (var post in _keys.Values.Where(post => post.Key.Room == room && post.Seq < seq).ToList())
            _keys.Remove(post.Key);
        RemoveAll(_amendments, key => key.Room == room && key.Seq < seq);
        RemoveAll(_reactions, key => key.Room == room && key.Seq < seq);
        _threads.RemoveWhere(one => one.Room == room && one.Seq < seq);
    }

    /// <summary>A message with what has become of it, or the one that an edit is of; null if there is none.</summary>
    public StoredMessage? Find(LogRoom room, DirectoryQuery.Message query)
    {
        var entry = EntryAt(room, query.Seq);
        if ((entry is Edited { Text.Length: > 0 } edited ? EntryAt(room, edited.Target) : entry) is not Message { IsErased: false } message)
            return null;
        return new StoredMessage(message.Seq, message.From, message.Time, message.Text, _amendments.GetValueOrDefault((query.RoomId, message.Seq)))
        {
            Own = Own(query.RoomId, message.Seq, query.Principal),
            Pins = _amendments.Values.Count(one => one.Room == query.RoomId && one.IsPinned),
        };
    }

    public DirectoryResult Find(DirectoryQuery.PinnedIn query) =>
        new() { Seqs = [.. _amendments.Values.Where(one => one.Room == query.RoomId && one.IsPinned).Select(one => one.Seq)] };

    public DirectoryResult Find(DirectoryQuery.InThread query) => new()
    {
        Seqs = [.. _threads.Where(one => one.Room == query.RoomId && one.Root == query.Root && one.Seq > query.After).Select(one => one.Seq).Take(query.Count)],
    };

    public DirectoryResult Find(DirectoryQuery.ReactionsTo query) => new()
    {
        Reactions = [.. _reactions.Values.Where(one => one.Room == query.RoomId && one.Seq == query.Seq && one.Principal > query.After).Take(query.Count)],
    };

    /// <summary>What was read, with what has become of the messages in it.</summary>
    public EntryResult WithAmendments(EntryResult found, EntryQuery query)
    {
        if (query.AmendmentsFor is not { } asker || found.Runs.Count == 0)
            return found;
        var (first, last) = (found.Runs[0].First, found.Runs[^1].Last);
        return found with
        {
            Amendments = [.. _amendments.Values.Where(one => one.Room == query.Room && one.Seq >= first && one.Seq <= last && one.IsTold).Select(one => one.ToFrame(Own(one.Room, one.Seq, asker)))],
        };
    }

    private List<string> Own(ulong room, ulong seq, ulong principal) =>
        [.. _reactions.Values.Where(one => one.Room == room && one.Seq == seq && one.Principal == principal).Select(one => one.Reaction)];

    private static Entry? EntryAt(LogRoom room, ulong seq) => room.Find(seq) is { IsDamaged: false, Segment: var segment }
        ? (Entry)FrameCodec.Decode(new ReadOnlySequence<byte>(segment.Slice(segment.IndexOf(seq), 1)[FrameBuffer.LengthSize..]), Direction.ToClient) : null;

    private static void RemoveAll<TKey, TValue>(SortedDictionary<TKey, TValue> from, Predicate<TKey> which)
        where TKey : notnull
    {
        foreach (var key in from.Keys.Where(key => which(key)).ToList())
            from.Remove(key);
    }
}
