using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// Stores batches, each in one synced transaction, and knows from where a start has to read on what the publishers' records
/// do not say. Belongs to one thread at a time.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private readonly LogConnection _connection;
    private readonly LogTables _tables;
    private readonly LogChanges _changes;
    private readonly LogMark _mark;
    private readonly LogCheckpoints _checkpoints;

    // The last segment before what has changed of publishers was begun to be stored.
    private long _publishersThrough;

    // The same as the database has it: segments up to here need not be replayed at a start.
    private long _replayedFrom;

    // The last segment with counted posts, as far as it is known.
    private long _lastCounted;

    public LogWriter(LogConnection connection, LogMark mark)
    {
        _connection = connection;
        _mark = mark;
        _tables = new LogTables(connection);
        _changes = new LogChanges(_tables);
        _checkpoints = new LogCheckpoints(connection);
    }

    public byte[] ServerId => _tables.Meta.ServerId;

    public byte[] HashKey => _tables.Meta.HashKey;

    /// <summary>The contents that a start finds. Their tail is read while it is gone through.</summary>
    public LogContents Load()
    {
        _publishersThrough = _replayedFrom = _tables.Meta.PublishersThrough;
        var principals = _tables.Principals.Load();
        return new LogContents(_tables.Rooms.Load().ConvertAll(WithEnd), principals, principals.Count == 0 ? 0 : principals[^1].Id + 1, _tables.Meta.ReservedRooms)
        {
            ReservedPrincipals = _tables.Meta.ReservedPrincipals,
            Publishers = _tables.Publishers.Load(),
            Blocks = _tables.Directory.LoadBlocks(),
            Bans = _tables.Directory.LoadBans(),
            RemovedRooms = _tables.Directory.LoadRemovedRooms(),
            Tail = LogTail.Of(ReadTail(), _tables.Publishers.LoadEnds()),
        };
    }

    /// <summary>Stores the whole batch in one synced transaction.</summary>
    public void Write(LogBatch batch)
    {
        // Read before the transaction, which SQLite does not always commit once something damaged was met in it.
        var rewrites = LogRewrites.Of(batch, _tables, _replayedFrom);
        try
        {
            Write(batch, rewrites);
        }
        catch (SqliteException e) when (LogConnection.IsDamage(e) && !rewrites.IsEmpty)
        {
            // A damaged page is in the way of what is to be rewritten, and of nothing else in the batch.
            rewrites.GiveUp();
            Write(batch, rewrites);
        }
    }

    /// <summary>Begins the write-ahead log anew once it is long. True if a checkpoint beside the commits is of use meanwhile.</summary>
    public bool CheckpointIfLarge() => _checkpoints.MakeIfLarge(AdvancePublisherWatermark);

    public void Dispose()
    {
        _connection.Dispose();
        _mark.Dispose();
    }

    private void Write(LogBatch batch, LogRewrites rewrites)
    {
        Failpoint.Reach("commit.begin");
        _connection.Transact(() =>
        {
            foreach (var room in batch.Rooms)
                _tables.Rooms.Insert(room);
            Failpoint.Reach("commit.rooms");
            var publishersThrough = batch.BeginsPublishers ? _tables.Rows.Last : _publishersThrough;
            foreach (var segment in batch.Segments)
            {
                var row = _tables.Segments.Insert(segment);
                if (!segment.Posts.IsEmpty)
                    _lastCounted = row;
                Failpoint.Reach("commit.segment");
            }
            rewrites.Apply(_tables);
            batch.Changes.ForEach(_changes.Apply);
            Failpoint.Reach("commit.publishers");
            if (batch.EndsPublishers)
                _tables.Publishers.AreStored(publishersThrough);
            var last = batch.Changes.Exists(change => change is LogChange.RemoveRoom) ? BeginRowsAnew() : long.MaxValue;
            Failpoint.Reach("commit.ready");
            Commit();
            Failpoint.Reach("commit.done");
            _publishersThrough = Math.Min(publishersThrough, last);
            _replayedFrom = Math.Min(batch.EndsPublishers ? publishersThrough : _replayedFrom, last);
        });
    }

    /// <summary>Commits, with the mark never ahead of what is stored.</summary>
    private void Commit()
    {
        var last = _tables.Rows.Last;
        if (last < _mark.Segment)
            _mark.Write(last);
        _connection.Execute("COMMIT");
        if (last > _mark.Segment)
            _mark.Write(last);
    }

    private long BeginRowsAnew()
    {
        var last = _tables.Rows.Last;
        _tables.Publishers.BeginRowsAnew(last);
        return last;
    }

    /// <summary>The segments behind the publishers' records; a damaged row costs its own posts, and no others.</summary>
    private IEnumerable<(long Row, Segment Segment)> ReadTail()
    {
        foreach (var row in _tables.Rows.ReadTail(_publishersThrough))
        {
            Failpoint.Reach("start.replay");
            _lastCounted = row.Id;
            if (row.Whole() is { } segment)
                yield return (row.Id, segment);
        }
    }

    /// <summary>Where nobody counts posts no publisher is ever stored, and a start would look through the whole log for some.</summary>
    private void AdvancePublisherWatermark()
    {
        if (_lastCounted > _replayedFrom)
            return;
        _replayedFrom = _tables.Rows.Last;
        _tables.Publishers.AreStored(_replayedFrom);
    }

    private RoomRecord WithEnd(RoomRecord room)
    {
        var (head, time) = _tables.Rows.EndOf(room.Id);
        return room with { Head = head, Time = time };
    }
}
