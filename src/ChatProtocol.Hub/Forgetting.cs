namespace ChatProtocol.Hub;

/// <summary>
/// Forgets publishers unused for 30 days, and principals that hold no name and have left nothing behind (CP-SES-008,
/// CP-DEL-010). Runs at intervals, in steps, by the hub's time of day.
/// </summary>
internal sealed class Forgetting(HubState hub)
{
    /// <summary>
    /// How much too early the recorded time of a principal's last presence may be, in milliseconds, if the server was killed since.
    /// </summary>
    private const long Uncertainty = 2 * 3_600_000;

    private readonly long _interval = (long)hub.Options.Times.ForgettingInterval.TotalMilliseconds;

    private readonly long _absence = (long)hub.Options.Times.PublisherKept.TotalMilliseconds;
    private long? _last;
    private bool _isForgetting;

    public void Look()
    {
        if (hub.IsTimeDoubted || _isForgetting || hub.Ticks < _last + _interval)
            return;
        _last = hub.Ticks;
        _isForgetting = true;
        hub.SlowWork.Begin(hub.Publishers.Forget(hub.Now, () => hub.Commits.Open));
        hub.SlowWork.Begin(ForgetPrincipals());
    }

    private IEnumerable<bool> ForgetPrincipals()
    {
        foreach (var principal in hub.Principals.After(0))
        {
            if (principal.IsPresent)
            {
                Principals.IsSeen(principal, hub.Now, hub.Commits.Open);
            }
            else if (MayGo(principal))
            {
                hub.Principals.Remove(principal);
                hub.Commits.Open.Add(new LogChange.EndPrincipal(principal.Id));
            }
            yield return true;
        }
        _isForgetting = false;
    }

    /// <summary>
    /// A principal without entries is forgotten once its name is not held any more; one with entries, once all have expired and it
    /// was absent for long.
    /// </summary>
    private bool MayGo(Principal principal) =>
        principal is { IsGuest: true, IsStored: true, IsPresent: false, CreatedRooms: 0, PrivateRooms.Count: 0 }
        && !hub.Principals.HoldsName(principal, hub.Now - Uncertainty)
        && !hub.Publishers.HasSome(principal.Id)
        && hub.Blocks.CountOf(principal) == 0
        && (principal.Entries.IsNone || hub.Now - principal.LastSeen >= _absence && principal.Entries.AreExpired(room => hub.Rooms.Find(room)?.Oldest));
}
