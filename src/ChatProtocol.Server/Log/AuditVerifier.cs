using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Checks the chain of the audit log from its anchor to its head, in many short reads, each as of one moment: records are added and removed
/// meanwhile.
/// </summary>
internal static class AuditVerifier
{
    private const int Records = 1000;

    /// <summary>The number of the first record that is not as it was stored, or is missing; null if the chain is whole.</summary>
    public static ulong? FindFault(DatabaseConnection connection)
    {
        var table = new AuditTable(connection, new MetaTable(connection));
        AuditPosition? reached = null;
        while (true)
        {
            var (extent, rows) = Read(connection, table, reached);
            // The records checked last may have been removed since, and more.
            var at = reached is { } before && before.Number >= extent.Anchor.Number ? before : extent.Anchor;
            foreach (var (stored, salt, personal) in rows)
            {
                var next = AuditChain.Next(at, stored.Record, personal);
                if (stored.Number != next.Number || !stored.Hash.Span.SequenceEqual(next.Hash.Span) || !IsPersonalWhole(stored.Record, salt, personal))
                    return next.Number;
                at = next;
            }
            if (rows.Count == 0)
                return at.Number == extent.Head.Number && at.Hash.Span.SequenceEqual(extent.Head.Hash.Span) ? null : at.Number >= extent.Head.Number ? at.Number : at.Number + 1;
            reached = at;
        }
    }

    private static (AuditExtent Extent, List<(StoredAuditRecord Stored, byte[] Salt, byte[] Personal)> Rows) Read(DatabaseConnection connection, AuditTable table, AuditPosition? reached)
    {
        connection.Execute("BEGIN");
        try
        {
            var extent = table.Extent;
            return (extent, table.ReadBehind(Math.Max(reached?.Number ?? 0, extent.Anchor.Number), Records));
        }
        finally
        {
            connection.Execute("COMMIT");
        }
    }

    /// <summary>What was blanked is empty, and so is its salt.</summary>
    private static bool IsPersonalWhole(AuditRecord record, byte[] salt, byte[] personal) => salt.Length == 0
        ? record.Name.Length + record.Address.Length + record.Target.Length + record.Reason.Length == 0
        : AuditChain.HashPersonal(salt, record).AsSpan().SequenceEqual(personal);
}
