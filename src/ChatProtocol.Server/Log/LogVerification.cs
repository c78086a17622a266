using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Reads the whole log in many short reads, and counts what is not as it was stored, or is stored and not found.</summary>
internal static class LogVerification
{
    /// <param name="connection">A connection of its own.</param>
    /// <param name="suspect">Called where the database does not hang together: only a start can mend that.</param>
    public static LogChoreResult Make(LogConnection connection, Action suspect)
    {
        var segmentRows = new SegmentRows(connection);
        ulong segments = 0, entries = 0;
        var rooms = new Dictionary<ulong, RoomCheck>();
        foreach (var row in segmentRows.ReadAll())
        {
            segments++;
            // A row that says a wrong room is missing where its entries belong.
            var id = row.Entries()?.Room ?? row.Room;
            var room = rooms.GetValueOrDefault(id);
            var whole = row.Whole();
            if (whole is not null && !segmentRows.IsIndexed(row))
            {
                whole = null;
                suspect();
            }
            entries += (ulong)(whole?.Count ?? 0);
            rooms[id] = whole is null ? room with { Damaged = room.Damaged + 1 } : room.With(whole);
        }
        // A row that cannot be read does not even tell its room, where it leaves a hole.
        var unread = rooms.Remove(0, out var nowhere) ? nowhere.Damaged : 0;
        if (unread > 0)
            suspect();
        var missing = rooms.Sum(room => room.Value.MissingFrom(segmentRows.OldestOf(room.Key)));
        var damaged = rooms.Values.Sum(room => room.Damaged) + Math.Max(unread, missing);
        return new LogChoreResult(null, segments, entries, (ulong)damaged);
    }
}
