using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Hub;

/// <summary>
/// Records that the log is about to have, and those that it has had for so short a time that a look-up may be under way which did not
/// find them. All others are the log's alone.
/// </summary>
internal sealed class RecentRecords<TKey, TRecord>(DirectoryLookups lookups)
    where TKey : notnull
    where TRecord : class
{
    private readonly Dictionary<TKey, TRecord> _underWay = [];
    private readonly Dictionary<TKey, TRecord> _stored = [];

    /// <summary>The keys among the stored ones, each with the last look-up that was asked for before it was stored.</summary>
    private readonly Queue<(TKey Key, TRecord Record, long Mark)> _leaving = new();

    /// <summary>The newest record of each key.</summary>
    public IEnumerable<TRecord> Newest => _underWay.Values.Concat(_stored.Where(pair => !_underWay.ContainsKey(pair.Key)).Select(pair => pair.Value));

    /// <summary>The records that are not stored yet.</summary>
    public IEnumerable<TRecord> UnderWay => _underWay.Values;

    /// <summary>The newest record of a key, be it stored or not.</summary>
    public bool TryFind(TKey key, [NotNullWhen(true)] out TRecord? record) => _underWay.TryGetValue(key, out record) || _stored.TryGetValue(key, out record);

    /// <summary>The record of a key that is not stored yet; null if there is none.</summary>
    public TRecord? FindUnderWay(TKey key) => _underWay.GetValueOrDefault(key);

    /// <summary>The record of a key that is stored, if it is here; null if it is not.</summary>
    public TRecord? FindStored(TKey key) => _stored.GetValueOrDefault(key);

    /// <summary>A record is in the open batch, in the place of one before it.</summary>
    public void Set(TKey key, TRecord record) => _underWay[key] = record;

    /// <summary>A record's batch is durable. A newer one of the key may be under way.</summary>
    public void Stored(TKey key, TRecord record)
    {
        if (_underWay.TryGetValue(key, out var newest) && ReferenceEquals(newest, record))
            _underWay.Remove(key);
        _stored.Remove(key);
        if (lookups.IsIdle && !_underWay.ContainsKey(key))
            return;
        _stored.Add(key, record);
        _leaving.Enqueue((key, record, lookups.Mark - 1));
    }

    /// <summary>Lets those go that every look-up under way has found.</summary>
    public void Sweep()
    {
        while (_leaving.TryPeek(out var next) && lookups.IsQuiet(next.Mark))
        {
            _leaving.Dequeue();
            // A newer one that is under way may be lost, and then this one is what is stored.
            if (_underWay.ContainsKey(next.Key))
                _leaving.Enqueue(next with { Mark = lookups.Mark });
            else if (_stored.TryGetValue(next.Key, out var kept) && ReferenceEquals(kept, next.Record))
                _stored.Remove(next.Key);
        }
    }

    /// <summary>Nothing that was under way is stored.</summary>
    public void NotStored() => _underWay.Clear();

    /// <summary>Replaces those of the stored records that something has changed.</summary>
    public void Replace(Predicate<TRecord> which, Func<TRecord, TRecord> change)
    {
        foreach (var (key, record) in _stored.Where(pair => which(pair.Value)).ToList())
        {
            var changed = _stored[key] = change(record);
            _leaving.Enqueue((key, changed, lookups.Mark - 1));
        }
    }

    /// <summary>Forgets records, be they stored or not.</summary>
    public void Forget(Predicate<TKey> which)
    {
        foreach (var records in (Dictionary<TKey, TRecord>[])[_underWay, _stored])
            foreach (var key in records.Keys.Where(key => which(key)).ToList())
                records.Remove(key);
    }
}
