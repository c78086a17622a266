using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Reads the whole log in many short reads, counts the segments that are not as they were stored, or are stored and not found, and
/// checks the audit log.
/// </summary>
internal static class LogVerifier
{
    /// <param name="connection">A connection of its own.</param>
    /// <param name="suspect">Called where the database is not consistent: only a start can mend that.</param>
    public static MaintenanceResult Make(DatabaseConnection connection, Action suspect)
    {
        var segmentRows = new SegmentReader(connection);
        ulong segments = 0, entries = 0;
        var rooms = new Dictionary<ulong, RoomFindings>();
        foreach (var row in segmentRows.ReadAll())
        {
            segments++;
            // A row with a wrong room is missing in the room that its entries belong to.
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
        // A row that cannot be read does not tell its room either; it leaves a hole there.
        var unread = rooms.Remove(0, out var nowhere) ? nowhere.Damaged : 0;
        if (unread > 0)
            suspect();
        var missing = rooms.Sum(room => room.Value.MissingFrom(segmentRows.OldestOf(room.Key)));
        var damaged = rooms.Values.Sum(room => room.Damaged) + Math.Max(unread, missing);
        return new MaintenanceResult(null, segments, entries, (ulong)damaged) { Audit = AuditVerifier.FindFault(connection) };
    }

    /// <summary>The findings of a verification about one room so far.</summary>
    /// <param name="Last">The last seq of its last whole segment; 0 before there is one.</param>
    /// <param name="Damaged">How many of its segments are damaged.</param>
    /// <param name="Holes">The last seq of each run that is missing between two whole segments.</param>
    private readonly record struct RoomFindings(ulong Last, int Damaged, List<ulong>? Holes)
    {
        public RoomFindings With(Segment segment)
        {
            var holes = Holes;
            if (Last > 0 && segment.First > Last + 1)
                (holes ??= []).Add(segment.First - 1);
            return new RoomFindings(Math.Max(Last, segment.Last), Damaged, holes);
        }

        /// <summary>How many runs are missing that no damaged segment accounts for, without those that have expired.</summary>
        public int MissingFrom(ulong oldest) => Math.Max(0, (Holes?.Count(last => last >= oldest) ?? 0) - Damaged);
    }
}
