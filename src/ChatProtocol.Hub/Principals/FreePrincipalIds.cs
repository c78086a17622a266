namespace ChatProtocol.Hub;

/// <summary>The ids of principals to come.</summary>
internal sealed class FreePrincipalIds(ulong next)
{
    /// <summary>Ids reserved at once: a principal without a key is not stored, yet its id is not given again (CP-SES-008).</summary>
    private const ulong Reserve = 1000;

    private ulong _next = next;
    private ulong _reserved = next;

    public ulong Take(LogBatch batch)
    {
        // Reserved long before the ids are used up, so that the new bound is on the disk by then.
        if (_next + Reserve / 2 > _reserved)
            SetAside(batch);
        return _next++;
    }

    /// <summary>Takes ids one behind the other, for principals of another server, none of whom is here; returns the first.</summary>
    public ulong TakeMany(ulong count, LogBatch batch)
    {
        var first = _next;
        _next += count;
        SetAside(batch);
        return first;
    }

    /// <summary>Ids up to one are given to nobody any more.</summary>
    public void SkipThrough(ulong last, LogBatch batch)
    {
        _next = Math.Max(_next, last + 1);
        SetAside(batch);
    }

    private void SetAside(LogBatch batch) => batch.Add(new LogChange.ReservePrincipals(_reserved = Math.Max(_reserved, _next + Reserve)));
}
