using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>The principals that may be admins of the server, which no room restricts (CP-ROL-014).</summary>
internal sealed class AdminLedger(World world)
{
    /// <summary>The batches behind which a role that an account had has certainly no effect any more.</summary>
    private const long Patience = 3;

    private readonly Dictionary<ulong, long> _ever = [];
    private long _batches;

    public bool MayBe(ulong principal) => principal < PrincipalIds.FirstGuest || world.Disk.Image.Accounts.Find(principal) is { Role: not AccountRole.Member }
        || _ever.TryGetValue(principal, out var at) && _batches - at <= Patience;

    /// <summary>Records that a batch is on the disk, before its entries are looked at.</summary>
    public void Store(LogBatch batch)
    {
        _batches++;
        foreach (var change in batch.Changes)
        {
            if (change is LogChange.KeepAccount { Record: var record } && (record.Role != AccountRole.Member || _ever.ContainsKey(record.Principal)))
                _ever[record.Principal] = _batches;
            else if (change is LogChange.EndAccount { Principal: var principal } && _ever.ContainsKey(principal))
                _ever[principal] = _batches;
        }
    }
}
