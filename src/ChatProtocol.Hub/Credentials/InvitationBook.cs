namespace ChatProtocol.Hub;

/// <summary>
/// The invitations, all of which are in memory. A use is taken before the account that it is for is made, so that no more are made than
/// it is good for, however many ask at once (CP-ACC-023).
/// </summary>
internal sealed class InvitationBook
{
    /// <summary>The most invitations of one maker.</summary>
    public const int MaxOfOne = 20;

    /// <summary>The most invitations.</summary>
    public const int Max = 10_000;

    private readonly IdMap<Invitation> _all = new();
    private readonly Dictionary<string, Invitation> _byHash = [];
    private readonly Dictionary<ulong, SortedList<ulong, Invitation>> _ofMaker = [];
    private readonly SortedSet<(long Expires, ulong Number)> _byEnd = [];
    private ulong _next;

    public InvitationBook(StartupContents contents)
    {
        _next = contents.NextInvitation;
        foreach (var record in contents.Invitations)
            Add(record, isStored: true);
    }

    public int Count => _byHash.Count;

    /// <summary>The invitations of a maker, by ascending number; never many.</summary>
    public IReadOnlyList<Invitation> Of(ulong maker) => _ofMaker.TryGetValue(maker, out var all) ? [.. all.Values] : [];

    /// <summary>A number that no invitation had.</summary>
    public ulong TakeNumber() => _next++;

    /// <summary>The invitations behind a number, by ascending number.</summary>
    public IEnumerable<Invitation> Behind(ulong number) => _all.After(number);

    public Invitation? Find(ulong number) => _all.Find(number);

    /// <summary>The invitation with a code that is good for one account more; null if there is none.</summary>
    public Invitation? FindUsable(string hash, long now) => _byHash.GetValueOrDefault(hash) is { IsUsable: true, Left: > 0 } found && now < found.Record.Expires ? found : null;

    /// <summary>The first invitation that is over, and is not being removed; null if there is none.</summary>
    public Invitation? FindOver(long now) => _byEnd.Min is { Number: > 0 } first && first.Expires <= now ? _all.Find(first.Number) : null;

    /// <summary>It is to be found by <see cref="FindOver"/> when it is over.</summary>
    public void Schedule(Invitation invitation) => _byEnd.Add((invitation.Record.Expires, invitation.Record.Number));

    /// <summary>It is being removed, or is gone.</summary>
    public void Unschedule(Invitation invitation) => _byEnd.Remove((invitation.Record.Expires, invitation.Record.Number));

    public Invitation Add(InvitationRecord record, bool isStored)
    {
        var invitation = new Invitation(record) { IsStored = isStored };
        _all.Set(record.Number, invitation);
        _byHash[record.Hash] = invitation;
        if (!_ofMaker.TryGetValue(record.By, out var ofMaker))
            _ofMaker.Add(record.By, ofMaker = []);
        ofMaker.Add(record.Number, invitation);
        Schedule(invitation);
        return invitation;
    }

    public void Remove(Invitation invitation)
    {
        invitation.IsGone = true;
        if (!_byHash.Remove(invitation.Record.Hash))
            return;
        _all.Remove(invitation.Record.Number);
        Unschedule(invitation);
        _ofMaker[invitation.Record.By].Remove(invitation.Record.Number);
        if (_ofMaker[invitation.Record.By].Count == 0)
            _ofMaker.Remove(invitation.Record.By);
    }
}

/// <summary>One invitation in memory.</summary>
internal sealed class Invitation(InvitationRecord record)
{
    /// <summary>The invitation with the uses that are left by what is in a batch.</summary>
    public InvitationRecord Record { get; private set; } = record;

    /// <summary>Whether the log has it.</summary>
    public bool IsStored { get; set; }

    /// <summary>Whether it was removed.</summary>
    public bool IsGone { get; set; }

    /// <summary>The changes under way that end it.</summary>
    public int Endings { get; set; }

    /// <summary>Whether an account may be made by it, if it has uses left.</summary>
    public bool IsUsable => IsStored && !IsGone && Endings == 0;

    /// <summary>How many accounts may still be made by it, without those that are being made.</summary>
    public int Left { get; private set; } = record.Uses;

    /// <summary>Takes a use for an account that is being made.</summary>
    public void Take() => Left--;

    /// <summary>The account was not made.</summary>
    public void GiveBack() => Left++;

    /// <summary>The change that stores the use that was taken.</summary>
    public LogChange Use()
    {
        Record = Record with { Uses = Record.Uses - 1 };
        return Record.Uses > 0 ? new LogChange.KeepInvitation(Record) : new LogChange.EndInvitation(Record.Number);
    }

    /// <summary>The change could not be stored.</summary>
    public void UndoUse()
    {
        Record = Record with { Uses = Record.Uses + 1 };
        GiveBack();
    }
}
