using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The reports of entries.</summary>
internal sealed class ReportTable(DatabaseConnection connection)
{
    private readonly PreparedStatement _insert = connection.Prepare(
        """
        INSERT INTO report(room, seq, reporter, copy_room, copy, made, crc) VALUES ($room, $seq, $reporter, $copyRoom, $copy, $made, $crc)
        ON CONFLICT DO NOTHING
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM report WHERE room = $room AND seq = $seq AND reporter = $reporter");

    private readonly PreparedStatement _deleteOld = connection.Prepare("DELETE FROM report WHERE made <= $through");

    public void Insert(ReportRecord report) => _insert.Execute(
        (long)report.Room, (long)report.Seq, (long)report.Reporter, (long)report.CopyRoom, (long)report.Copy, report.Made, ChecksumOf(report));

    /// <summary>Removes the reports that were made by then.</summary>
    public void DeleteOld(long through) => _deleteOld.Execute(through);

    /// <summary>Every report, in the order in which they were made.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<ReportRecord> Load() => Load(report => throw new DamagedRowException($"the report of entry {report.Seq} of room {report.Room}"));

    /// <summary>Removes the reports that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<ReportRecord>();
        Load(damaged.Add);
        damaged.ForEach(report => _delete.Execute((long)report.Room, (long)report.Seq, (long)report.Reporter));
        return damaged.Count > 0;
    }

    private List<ReportRecord> Load(Action<ReportRecord> damaged)
    {
        using var statement = connection.Prepare("SELECT room, seq, reporter, copy_room, copy, made, crc FROM report ORDER BY made, copy");
        using var rows = statement.Read();
        var reports = new List<ReportRecord>();
        while (rows.Read())
        {
            var report = new ReportRecord((ulong)rows.Number(0), (ulong)rows.Number(1), (ulong)rows.Number(2), (ulong)rows.Number(3), (ulong)rows.Number(4), rows.Number(5));
            if (rows.HasChecksum(6, ChecksumOf(report)))
                reports.Add(report);
            else
                damaged(report);
        }
        return reports;
    }

    private static long ChecksumOf(ReportRecord report) => new RowChecksum().Add(report.Room).Add(report.Seq).Add(report.Reporter).Add(report.CopyRoom).Add(report.Copy)
        .Add(report.Made).Value;
}
