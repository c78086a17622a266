using System.Buffers;
using System.Buffers.Binary;
using ChatProtocol.Hub;
using MessagePack;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>What has become of messages, each row stored by the transaction of the entry that tells it, and removed with its message.</summary>
internal sealed class AmendmentTable(DatabaseConnection connection)
{
    private const string Select = "SELECT room, seq, through, text, edited, edits, pinned, reactions, crc FROM amended";

    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT INTO amended(room, seq, through, text, edited, edits, pinned, reactions, crc)
        VALUES ($room, $seq, $through, $text, $edited, $edits, $pinned, $reactions, $crc)
        ON CONFLICT(room, seq) DO UPDATE SET through = excluded.through, text = excluded.text, edited = excluded.edited, edits = excluded.edits,
            pinned = excluded.pinned, reactions = excluded.reactions, crc = excluded.crc
        """);

    private readonly PreparedStatement _find = connection.Prepare($"{Select} WHERE room = $room AND seq = $seq");

    private readonly PreparedStatement _readUp = connection.Prepare($"{Select} WHERE room = $room AND seq BETWEEN $first AND $last ORDER BY seq");

    private readonly PreparedStatement _readDown = connection.Prepare($"{Select} WHERE room = $room AND seq BETWEEN $first AND $last ORDER BY seq DESC");

    private readonly PreparedStatement _findBehind = connection.Prepare($"{Select} WHERE room = $room AND through > $seq");

    private readonly PreparedStatement _pinned = connection.Prepare("SELECT seq FROM amended WHERE room = $room AND pinned = 1 ORDER BY seq");

    private readonly PreparedStatement _countPinned = connection.Prepare("SELECT count(*) FROM amended WHERE room = $room AND pinned = 1");

    private readonly PreparedStatement _count = connection.Prepare("SELECT count(*) FROM amended WHERE room = $room AND seq BETWEEN $first AND $last");

    private readonly PreparedStatement _deleteBefore = connection.Prepare("DELETE FROM amended WHERE room = $room AND seq < $seq");

    private readonly PreparedStatement _deleteSome = connection.Prepare("DELETE FROM amended WHERE rowid IN (SELECT rowid FROM amended WHERE room = $room LIMIT $most)");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM amended WHERE room = $room AND seq = $seq");

    public void Upsert(AmendmentRecord record)
    {
        var (edits, reactions) = (ToBytes(record.Edits), ToBytes(record.Reactions));
        _upsert.Execute((long)record.Room, (long)record.Seq, (long)record.Through, record.Text is { } text ? text.Utf8.ToArray() : DBNull.Value, (long)record.Edited, edits,
            record.IsPinned ? 1 : 0, reactions, ChecksumOf(record, edits, reactions));
    }

    /// <summary>What has become of a message; null if nothing has.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored.</exception>
    public AmendmentRecord? Find(ulong room, ulong seq)
    {
        using var rows = _find.Read((long)room, (long)seq);
        return Read(rows, ThrowAsDamaged).FirstOrDefault();
    }

    /// <summary>What has become of the messages of a range, in order from one of its ends.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public IEnumerable<AmendmentRecord> Read(ulong room, SeqRange range, bool fromHigh)
    {
        using var rows = (fromHigh ? _readDown : _readUp).Read((long)room, (long)range.First, (long)range.Last);
        foreach (var record in Read(rows, ThrowAsDamaged))
            yield return record;
    }

    /// <summary>The pinned messages of a room, by ascending seq.</summary>
    public List<ulong> Pinned(ulong room)
    {
        using var rows = _pinned.Read((long)room);
        var pinned = new List<ulong>();
        while (rows.Read())
            pinned.Add((ulong)rows.Number(0));
        return pinned;
    }

    public int CountPinned(ulong room) => (int)(long)_countPinned.Ask((long)room)!;

    /// <summary>How many messages of a run were amended.</summary>
    public long Count(ulong room, ulong first, ulong last) => (long)_count.Ask((long)room, (long)first, (long)last)!;

    /// <summary>A message or one of its edits is erased: its text goes with it. A row that is damaged loses all.</summary>
    public void ForgetText(ulong room, ulong seq)
    {
        var damaged = false;
        AmendmentRecord? record;
        using (var rows = _find.Read((long)room, (long)seq))
            record = Read(rows, _ => damaged = true).FirstOrDefault();
        if (damaged)
            _delete.Execute((long)room, (long)seq);
        else if (record?.Text is not null)
            Upsert(record.WithoutText());
    }

    /// <summary>The messages before a seq are not kept any more.</summary>
    public void DeleteBefore(ulong room, ulong seq) => _deleteBefore.Execute((long)room, (long)seq);

    /// <summary>The entries behind a seq are lost: what they have made of messages before it stays, and what comes in their place amends anew.</summary>
    public void ForgetBehind(ulong room, ulong seq)
    {
        List<AmendmentRecord> records;
        using (var rows = _findBehind.Read((long)room, (long)seq))
            records = [.. Read(rows, _ => { })];
        foreach (var record in records)
            if (record.Seq > seq)
                _delete.Execute((long)room, (long)record.Seq);
            else
                Upsert(record with { Through = seq, Edits = [.. record.Edits.Where(edit => edit <= seq)] });
    }

    /// <summary>Deletes some rows of a removed room; false if others may be left.</summary>
    public bool TryDeleteOf(ulong room, int most)
    {
        _deleteSome.Execute((long)room, most);
        return SQLitePCL.raw.sqlite3_changes(connection.Handle) < most;
    }

    /// <summary>Checks the first rows.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public void Check(int most)
    {
        using var statement = connection.Prepare($"{Select} LIMIT {most}");
        using var rows = statement.Read();
        foreach (var record in Read(rows, ThrowAsDamaged))
            _ = record;
    }

    /// <summary>Removes the rows that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<AmendmentRecord>();
        using (var statement = connection.Prepare(Select))
        using (var rows = statement.Read())
            foreach (var record in Read(rows, damaged.Add))
                _ = record;
        damaged.ForEach(record => _delete.Execute((long)record.Room, (long)record.Seq));
        return damaged.Count > 0;
    }

    private static IEnumerable<AmendmentRecord> Read(SqliteDataReader rows, Action<AmendmentRecord> damaged)
    {
        while (rows.Read())
        {
            var (edits, reactions) = (rows.Blob(5), rows.Blob(7));
            var record = new AmendmentRecord((ulong)rows.Number(0), (ulong)rows.Number(1))
            {
                Through = (ulong)rows.Number(2),
                Text = !rows.IsDBNull(3) && Text.TryFromUtf8(rows.Blob(3), out var text) ? text : default(Text?),
                Edited = (ulong)rows.Number(4),
                IsPinned = rows.Number(6) == 1,
            };
            if (rows.HasChecksum(8, ChecksumOf(record, edits, reactions)))
                yield return record with { Edits = ToEdits(edits), Reactions = ToReactions(reactions) };
            else
                damaged(record);
        }
    }

    private static void ThrowAsDamaged(AmendmentRecord record) => throw new DamagedRowException($"what became of entry {record.Seq} of room {record.Room}");

    private static byte[] ToBytes(IReadOnlyList<ulong> edits)
    {
        var bytes = new byte[edits.Count * sizeof(ulong)];
        for (var i = 0; i < edits.Count; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), edits[i]);
        return bytes;
    }

    private static List<ulong> ToEdits(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / sizeof(ulong)).Select(i => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong))))];

    private static byte[] ToBytes(IReadOnlyList<ReactionCount> reactions)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        foreach (var reaction in reactions)
        {
            writer.Write(reaction.Reaction);
            writer.Write(reaction.Count);
        }
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    private static List<ReactionCount> ToReactions(byte[] bytes)
    {
        var reactions = new List<ReactionCount>();
        var reader = new MessagePackReader(bytes);
        while (!reader.End)
            reactions.Add(new ReactionCount(reader.ReadString()!, reader.ReadUInt64()));
        return reactions;
    }

    private static long ChecksumOf(AmendmentRecord record, byte[] edits, byte[] reactions) => new RowChecksum().Add(record.Room).Add(record.Seq).Add(record.Through)
        .Add(record.Text?.Utf8).Add(record.Edited).Add((ReadOnlyMemory<byte>)edits).Add(record.IsPinned).Add((ReadOnlyMemory<byte>)reactions).Value;
}
