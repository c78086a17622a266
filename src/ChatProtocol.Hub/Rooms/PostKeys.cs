using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>
/// The keys of posts, by which a retry is recognised at any time (CP-KEY-003). The log has them; in memory are those under way, and those stored since
/// a look-up was asked for that is not answered: its answer may be older than they are.
/// </summary>
internal sealed class PostKeys(HubOptions options, GroupCommit groupCommit, DirectoryLookups lookups)
{
    private readonly byte[] _secret = options.HashKey.ToArray();
    private readonly RecentRecords<PostKey, PostKeyRecord> _recent = new(lookups);

    // A request asks for its key several times, and for no other meanwhile.
    private (Post? Post, ulong Principal, PostKey? Key) _last;

    /// <summary>The key of a post that has one, by this principal.</summary>
    public PostKey Of(Principal principal, Post post)
    {
        if (_last.Key is not { } key || _last.Post != (object)post || _last.Principal != principal.Id)
            _last = (post, principal.Id, key = Make(principal.Id, post.Room, post.Key!.Value.Span));
        return key;
    }

    /// <summary>The query that says whether a key was used; null if that is known.</summary>
    /// <param name="key">The key.</param>
    /// <param name="withRoom">Whether the room has to be looked up as well.</param>
    public DirectoryQuery? Needs(PostKey key, bool withRoom)
    {
        var query = new DirectoryQuery.PostKeyed(key, withRoom);
        return !withRoom && _recent.TryFind(key, out _) || AnswerTo(key) is { } answer && (answer.WithRoom || !withRoom) ? null : query;
    }

    /// <summary>The post that has used a key and is not stored yet; null if there is none.</summary>
    public PostKeyRecord? FindUnderWay(PostKey key) => _recent.FindUnderWay(key);

    /// <summary>The stored post that has used a key, once nothing has to be looked up; null if there is none.</summary>
    public PostKeyRecord? FindStored(PostKey key) => _recent.FindStored(key) ?? AnswerTo(key)?.Found.Keyed;

    /// <summary>A post with a key is in the open batch.</summary>
    public void Add(PostKeyRecord post)
    {
        _recent.Set(post.Key, post);
        groupCommit.Open.Add(new LogChange.KeepPostKey(post));
    }

    /// <summary>The batch is durable: its keys stay in memory until every look-up is answered that may not have found them.</summary>
    public void Committed(LogBatch batch)
    {
        foreach (var change in batch.Changes)
            if (change is LogChange.KeepPostKey { Record: var post })
                _recent.Stored(post.Key, post);
        _recent.Sweep();
    }

    /// <summary>Nothing that was under way is stored: its keys are free again (CP-KEY-006).</summary>
    public void NotStored() => _recent.NotStored();

    /// <summary>A room was removed, and its keys with it.</summary>
    public void Forget(ulong room) => _recent.Forget(key => key.Room == room);

    /// <summary>Entries were erased: from here on a retry is recognised by its key alone.</summary>
    public void ForgetBodies(ulong room, IReadOnlyCollection<ulong> seqs) =>
        _recent.Replace(post => post.Key.Room == room && seqs.Contains(post.Seq), post => post with { BodyHash = 0 });

    private (DirectoryResult Found, bool WithRoom)? AnswerTo(PostKey key) =>
        lookups.AnswerTo(new DirectoryQuery.PostKeyed(key, WithRoom: true)) is { } whole ? (whole, true)
        : lookups.AnswerTo(new DirectoryQuery.PostKeyed(key, WithRoom: false)) is { } found ? (found, false)
        : null;

    private PostKey Make(ulong principal, ulong room, ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[2 * sizeof(ulong) + Post.MaxKey];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, principal);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[sizeof(ulong)..], room);
        key.CopyTo(bytes[(2 * sizeof(ulong))..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, bytes[..(2 * sizeof(ulong) + key.Length)], hash);
        return new PostKey(room, BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
