namespace ChatProtocol.Client;

/// <summary>
/// The posts of one publisher that are not answered yet, in a file: recorded before they are sent, so that a killed run
/// leaves the posts that may or may not be stored, with the counters or keys that tell; and the position in the input that they are read
/// from. A journal: records are gathered and appended together, and the post of a torn record was never sent. Guarded by its owner's lock,
/// but for <see cref="Write"/>.
/// </summary>
internal sealed class Outbox : IDisposable
{
    /// <summary>A journal smaller than this, in bytes, is not compacted.</summary>
    private const int WorthCompacting = 1024 * 1024;

    // Records of outcomes are not urgent, and need not wait for ever.
    private const int WorthWriting = 16 * 1024;

    private readonly string _path;
    private readonly OutboxFile _file;
    private readonly Lock _writing = new();
    private readonly Dictionary<(string Address, ulong Counter), (long Order, UnsettledPost Post)> _unsettled = [];
    private OutboxWriter _records = new();
    private OutboxWriter _taken = new();
    // The records that were taken and all others, for a file that has to be written anew, or had better be.
    private readonly OutboxWriter _whole = new();
    private bool _isWhole;
    private bool _mayAppend;
    private bool _hasPosts;
    private bool _tookPosts;
    private SettledTags _tags = new(null);
    private TagPosition _position;
    private long _order;
    private bool _isIncomplete;
    private bool _dropsSettled;
    private long _settledTag;
    private volatile bool _hasSettledTag;

    private Outbox(string path, OutboxFile file) => (_path, _file) = (path, file);

    /// <summary>The publisher of the posts; empty in a new file.</summary>
    public ReadOnlyMemory<byte> Publisher { get; private set; }

    /// <summary>When the file was last written, before this run.</summary>
    public DateTimeOffset LastWritten { get; private init; }

    /// <summary>The posts that are not answered yet, in the order in which they were posted.</summary>
    public IReadOnlyList<UnsettledPost> Unsettled => [.. _unsettled.Values.OrderBy(one => one.Order).Select(one => one.Post)];

    /// <summary>
    /// The tag such that it and all before it, in the order of posting, are settled: a start with the file as it is comes to the same tag or a
    /// later one. Thread-safe.
    /// </summary>
    public ulong? SettledTag => _hasSettledTag ? (ulong)Volatile.Read(ref _settledTag) : null;

    /// <summary>Opens or creates the file, and locks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="syncs">Whether its records are to survive a power cut.</param>
    /// <exception cref="IOException">The file cannot be opened, another client has it open, or it is of a later version.</exception>
    public static Outbox Open(string path, bool syncs = false)
    {
        var file = OutboxFile.Open(path, syncs);
        try
        {
            var outbox = new Outbox(path, file) { LastWritten = File.GetLastWriteTimeUtc(path) };
            outbox.Read(file.ReadAll());
            return outbox;
        }
        catch (InvalidDataException e)
        {
            file.Dispose();
            throw new IOException($"the outbox {path} cannot be read: {e.Message}", e);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Removes all posts: from here on the file is another publisher's. Its position stays, unless a post of the earlier run was not settled.
    /// </summary>
    /// <param name="publisher">The publisher.</param>
    /// <param name="notSettled">The first such post; null for none.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Begin(ReadOnlyMemory<byte> publisher, UnsettledPost? notSettled = null)
    {
        Publisher = publisher;
        if (notSettled is not null && notSettled.TagIndex <= _position.Index)
            _position = new(0, notSettled.TagBefore);
        _tags = new SettledTags(_position.Tag);
        _position = _tags.Recorded;
        ShowSettledTag();
        _unsettled.Clear();
        _records.Clear();
        WriteWhole();
        _file.Replace(_whole.Written);
        _isIncomplete = false;
    }

    /// <summary>Gives a post its place in the order of posting.</summary>
    public void Admit(PostCall post)
    {
        if (post.Options?.Tag is not { } tag)
            return;
        post.Place = _tags.Admit(tag);
        ShowSettledTag();
    }

    /// <summary>Records a post that is about to be sent, which it must not be before it is written.</summary>
    public void Add(PostCall post)
    {
        if (post.Place is { } place)
            _tags.Record(place);
        Add(new UnsettledPost(post.Room.Address, post.Room.Peer, post.Number, post.Text)
        {
            Key = post.Key,
            Details = post.Details,
            Tag = post.Options?.Tag,
            TagBefore = post.Place?.Before,
            TagIndex = post.Place?.Index ?? 0,
        });
    }

    /// <summary>The same for a counted post.</summary>
    public void Add(RoomIdentity room, ulong counter, Text text) => Add(new UnsettledPost(room.Address, room.Peer, counter, text));

    /// <summary>Records that the post is stored, or refused for good.</summary>
    public void Settle(PostCall post)
    {
        Settle(post.Room, post.Number);
        if (post.Place is not { } place)
            return;
        _tags.Settle(place);
        ShowSettledTag();
        RecordPosition();
    }

    /// <summary>Records that no post with this counter is to be sent again.</summary>
    public void Settle(RoomIdentity room, ulong counter)
    {
        if (_unsettled.Remove((room.Address, counter)))
            _records.AddSettled(room.Address, counter);
    }

    /// <summary>The post is not stored and not to be sent again, and its place waits for another with its tag.</summary>
    public void Release(PostCall post)
    {
        Settle(post.Room, post.Number);
        if (post.Place is not { } place)
            return;
        _tags.Release(place);
        RecordPosition();
    }

    /// <summary>Whether records wait that are to be written now, though no post depends on it.</summary>
    /// <param name="isIdle">Whether nothing is under way that might add to them.</param>
    public bool IsDue(bool isIdle) => _dropsSettled || _records.Length > (isIdle ? 0 : WorthWriting);

    /// <summary>The next time the file is written anew, without the posts in it that are settled. False if it has none.</summary>
    public bool TryDropSettled() => _dropsSettled |= _file.Length > _file.LengthWhenNew;

    /// <summary>Takes what is recorded, for <see cref="Write"/> to be called once before the next time.</summary>
    public void Take()
    {
        (_records, _taken) = (_taken, _records);
        _records.Clear();
        (_tookPosts, _hasPosts) = (_hasPosts, false);
        _mayAppend = !_isIncomplete;
        _isWhole = _isIncomplete || _dropsSettled || _file.Length + _taken.Length > Math.Max(WorthCompacting, 2 * _file.LengthWhenNew);
        _dropsSettled = false;
        if (_isWhole)
            WriteWhole();
        _isIncomplete = true;
    }

    /// <summary>
    /// Writes what was taken, without the owner's lock. Null, or why it cannot be written: then the posts in it must not be sent.
    /// </summary>
    public string? Write()
    {
        try
        {
            lock (_writing)
            {
                if (!_isWhole || !TryReplace())
                    _file.Append(_taken.Written, isUrgent: _tookPosts);
                _isIncomplete = false;
            }
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return $"the outbox {_path} cannot be written: {FailureReason.Of(e)}";
        }
    }

    /// <summary>Writes what is recorded, as far as it can be written, and closes the file.</summary>
    public void Dispose()
    {
        lock (_writing)
        {
            if (_records.Length > 0 || _isIncomplete)
            {
                Take();
                Write();
            }
            _file.Dispose();
        }
    }

    private void Add(UnsettledPost post)
    {
        _position = _tags.Recorded;
        _records.AddPost(post, _position);
        _hasPosts = true;
        _unsettled[(post.Address, post.Counter)] = (_order++, post);
    }

    private void RecordPosition()
    {
        if (_position == _tags.Recorded)
            return;
        _position = _tags.Recorded;
        _records.AddPosition(_position);
    }

    private void ShowSettledTag()
    {
        if (_tags.Settled is not { } tag)
            return;
        Volatile.Write(ref _settledTag, (long)tag);
        _hasSettledTag = true;
    }

    /// <summary>False if the file cannot be written anew and may go on growing instead.</summary>
    private bool TryReplace()
    {
        try
        {
            _file.Replace(_whole.Written);
            return true;
        }
        catch (Exception e) when (_mayAppend && e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void WriteWhole()
    {
        _whole.Clear();
        _whole.AddPublisher(Publisher.Span);
        _whole.AddPosition(_position);
        foreach (var post in Unsettled)
            _whole.AddPost(post, _position);
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new OutboxReader(bytes);
        while (reader.TryRead(out var record))
            Apply(record!);
        _file.Cut(reader.Consumed);
        _tags = new SettledTags(_position.Tag);
        ShowSettledTag();
    }

    private void Apply(OutboxRecord record)
    {
        switch (record)
        {
            case OutboxRecord.Publisher publisher:
                Publisher = publisher.Id;
                break;
            case OutboxRecord.Post { Unsettled: var post } recorded:
                _unsettled[(post.Address, post.Counter)] = (_order++, post);
                _position = recorded.Position ?? _position;
                break;
            case OutboxRecord.Settled settled:
                _unsettled.Remove((settled.Address, settled.Counter));
                break;
            case OutboxRecord.Moved moved:
                _position = moved.Position;
                break;
        }
    }
}
