namespace ChatProtocol.Hub;

/// <summary>Ban, unban and bans: keys and addresses that are refused.</summary>
internal sealed class BanHandlers(
    HubOptions options, HubClock clock, StepCounter steps, SlowWork slowWork, GroupCommit groupCommit, Principals principals, SessionRegistry sessions, BanBook book) : IVerbHandlers
{
    /// <summary>The default duration of an address ban, in milliseconds: the address may be somebody else's tomorrow.</summary>
    private const ulong AddressBannedFor = 24 * 3600 * 1000;

    /// <summary>A hundred years, in milliseconds.</summary>
    private const ulong MaxFor = 100UL * 365 * 24 * 3600 * 1000;

    /// <summary>The most items of one answer, each of 768 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 768);

    private bool _isEnding;

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.Of<Ban>(Permissions.Moderate, Ban, wants: (_, ban) => needs.Name(ban.Name), audit: ban => new AuditSubject(ban.Name, ban.Session, Place: ban.Address, Reason: ban.Reason, IsRead: ban.DryRun)),
        Verb.Of<Unban>(Permissions.Moderate, Unban, wants: (_, unban) => needs.Name(unban.Name), audit: unban => new AuditSubject(unban.Name, Place: unban.Address)),
        Verb.OfLong<Bans>(Permissions.Moderate, Bans, audit: _ => AuditSubject.Reading),
    ];

    /// <summary>
    /// The error for a connection that a ban refuses (CP-BAN-003). Where time stands it has to move on first, or a client would come
    /// back for nothing over and over.
    /// </summary>
    public Error ToError(ulong? id, BanRecord ban) => new(
        id, ErrorCode.Banned, ban.Reason.Length == 0 ? "you are banned" : $"you are banned: {ban.Reason}",
        ban.Until == 0 ? null : (ulong)Math.Max(0, ban.Until - clock.Now + clock.Wall.StandsFor));

    public void Ban(Session session, Ban ban)
    {
        if (!IsOne(ban.Name, ban.Address, ban.Session))
            session.Refuse(ban.Id, ErrorCode.InvalidValue, "give a name, an address or a session", field: "name");
        else if (ban.For is 0 or > MaxFor)
            session.Refuse(ban.Id, ErrorCode.InvalidValue, $"a ban holds for 1 to {MaxFor} ms, or for good", MaxFor, "for");
        else if (Find(session, ban) is { } subject)
            Ban(session, ban, subject);
    }

    public void Unban(Session session, Unban unban)
    {
        if (!IsOne(unban.Name, unban.Address, unban.Number))
        {
            session.Refuse(unban.Id, ErrorCode.InvalidValue, "give a ban's number, a name or an address", field: "ban");
            return;
        }
        if (Find(session, unban) is not { } ban)
            return;
        session.FindAct(unban.Id)?.Changes($"ban={ban.Number} until={ban.Until}", "");
        groupCommit.Open.Add(new LogChange.Unban(ban.Number), new CommitCallbacks(
            () =>
            {
                book.Remove(ban);
                session.Reply(new Ok(unban.Id));
            },
            () => session.RefuseUnstored(unban.Id)));
    }

    public void Bans(Session session, Bans bans)
    {
        var items = steps.ListOf(_maxItems, book.Behind(bans.After, clock.Now), Describe, out var more);
        session.Reply(new BanList(bans.Id, items, more, null));
    }

    /// <summary>Removes expired bans, in steps. Nobody waits for it; a removal that is lost is repeated at the next start.</summary>
    public void Look()
    {
        if (_isEnding || !book.HasOver(clock.Now))
            return;
        _isEnding = true;
        slowWork.Begin(EndThoseOver());
    }

    private IEnumerable<bool> EndThoseOver()
    {
        while (book.TryTakeOver(clock.Now))
            yield return true;
        groupCommit.Open.Add(new LogChange.EndBans(clock.Now));
        _isEnding = false;
    }

    private static bool IsOne(string? name, string? address, ulong? number) =>
        (name is null ? 0 : 1) + (address is null ? 0 : 1) + (number is null ? 0 : 1) == 1;

    private void Ban(Session session, Ban ban, Subject subject)
    {
        var lasts = ban.For ?? (subject.IsAddress ? AddressBannedFor : null);
        var record = new BanRecord(0, subject.Principal, subject.Text, subject.KeyHash,
            lasts is { } span ? clock.Now + (long)span : 0, ban.Reason, session.Principal!.Name.Text, clock.Now);
        if (ban.DryRun)
        {
            slowWork.BeginForAdmin(Sweep(session, ban.Id, record, ends: false));
            return;
        }
        if (!book.Knows(record) && book.Count >= BanBook.MaxBans && !TryEndOne())
        {
            session.Refuse(ban.Id, ErrorCode.TooMany, $"there are {BanBook.MaxBans} bans, and that is the limit; take one back first", BanBook.MaxBans);
            return;
        }
        record = record with { Number = book.Ask(record) };
        session.FindAct(ban.Id)?.Changes("", $"ban={record.Number} until={record.Until}");
        groupCommit.Open.Add(new LogChange.Ban(record), new CommitCallbacks(
            () =>
            {
                book.Answered(record);
                Begin(session, ban.Id, record);
            },
            () =>
            {
                book.Answered(record);
                session.RefuseUnstored(ban.Id);
            }));
    }

    /// <summary>Makes room for one more ban by removing an expired one.</summary>
    private bool TryEndOne()
    {
        if (!book.TryTakeOver(clock.Now))
            return false;
        groupCommit.Open.Add(new LogChange.EndBans(clock.Now));
        return true;
    }

    /// <summary>The ban is durable: from here on its subject is refused, and sessions of the subject are ended (CP-BAN-002).</summary>
    private void Begin(Session session, ulong id, BanRecord ban)
    {
        book.Add(ban);
        slowWork.BeginForAdmin(Sweep(session, id, ban, ends: true));
    }

    /// <summary>Goes through all sessions, ends or only counts those that the ban hits, and then answers.</summary>
    private IEnumerable<bool> Sweep(Session asker, ulong id, BanRecord ban, bool ends)
    {
        AddressRange? range = ban.KeyHash.IsEmpty ? AddressRange.Parse(ban.Subject)!.Value : null;
        var hit = 0ul;
        foreach (var session in sessions.All.After(0))
        {
            if (IsHit(session, ban, range))
            {
                hit++;
                if (ends)
                    sessions.Close(session, new Bye(ByeCode.Kicked, ban.Reason, null));
            }
            yield return true;
        }
        asker.Reply(ToList(id, ban, hit));
    }

    private static bool IsHit(Session session, BanRecord ban, AddressRange? range) => range is { } addresses
        ? !session.Peer.IsAdmin && !session.Peer.Origin.IsNear && AddressRange.OfEndpoint(session.Peer.Address) is { } address && addresses.Contains(address)
        : session.Principal is { } principal && principal.KeyHash.Span.SequenceEqual(ban.KeyHash.Span);

    /// <summary>The subject of the ban; null after refusing.</summary>
    private Subject? Find(Session session, Ban ban)
    {
        if (ban.Address is { } address)
            return FindRange(session, ban, address);
        if (ban.Session is { } number)
        {
            if (sessions.All.Find(number) is { } named)
                return SubjectOf(session, ban.Id, named.Principal, named);
            session.Refuse(ban.Id, ErrorCode.NoSuchSession, $"there is no connection {number}", field: "session");
            return null;
        }
        // An absent principal may be banned as well, as long as nobody else has the name.
        if (principals.FindLastHolder(new UserName(ban.Name!)) is { } principal && (!principal.HasNoKey || principal.IsPresent))
            return SubjectOf(session, ban.Id, principal, sessions.Of(principal) is [var first, ..] ? first : null);
        session.Refuse(ban.Id, ErrorCode.NoSuchUser, $"nobody is known by the name {ban.Name}", field: "name");
        return null;
    }

    private static Subject? FindRange(Session session, Ban ban, string text)
    {
        if (AddressRange.Parse(text) is not { } range)
            session.Refuse(ban.Id, ErrorCode.InvalidValue, $"{text} is no address: write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48", field: "address");
        else if (range.IsWide && !ban.Force)
            session.Refuse(ban.Id, ErrorCode.InvalidValue, $"{range} is wider than {(range.IsV4 ? "/16" : "/32")}: it takes force to ban that (chatctl ban --force)", (ulong)range.Length, "address");
        else if (range.HasLoopback && !ban.Force)
            session.Refuse(ban.Id, ErrorCode.InvalidValue,
                $"{range} is this machine itself: ban a name; or by force (chatctl ban --force), which hits only clients that do not count as near", field: "address");
        else
            return Subject.Of(range);
        return null;
    }

    /// <summary>A guest's key; the address of a client without a key.</summary>
    private static Subject? SubjectOf(Session session, ulong id, Principal? principal, Session? connection)
    {
        if (Rights.Of(principal).Include(Permissions.Immune) || connection is { Peer.IsAdmin: true })
            session.Refuse(id, ErrorCode.InvalidValue, $"{principal?.Name.Text ?? "an admin"} cannot be banned", field: "name");
        else if (principal is not null && !Rights.Outranks(session.Principal!, principal))
            // CP-ACC-035
            session.Refuse(id, ErrorCode.Denied, $"only who is above {principal.Name} may do this");
        else if (principal is { HasNoKey: false })
            return new Subject(principal.Id, principal.Name.Text, principal.KeyHash);
        else if (connection is { Peer.Origin.IsNear: false } && AddressRange.OfEndpoint(connection.Peer.Address) is { } address)
            return Subject.Of(address.Usual);
        else
            session.Refuse(id, ErrorCode.InvalidValue,
                $"{principal?.Name.Text ?? "the connection"} has no key and comes from this machine, where an address is everybody's: kick it", field: "name");
        return null;
    }

    private BanRecord? Find(Session session, Unban unban)
    {
        if (unban.Address is { } text)
            return FindByAddress(session, unban, text);
        var ban = unban.Number is { } number ? book.Find(number, clock.Now) : FindByName(new UserName(unban.Name!));
        if (ban is null)
            session.Refuse(unban.Id, ErrorCode.NoSuchBan, unban.Number is { } none ? $"there is no ban {none}" : $"{unban.Name} is not banned", field: unban.Name is null ? "ban" : "name");
        return ban;
    }

    private BanRecord? FindByName(UserName name) => book.FindName(name, clock.Now)
        ?? (principals.FindLastHolder(name) is { } known ? book.FindKeyHash(known.KeyHash, clock.Now) : null);

    private BanRecord? FindByAddress(Session session, Unban unban, string text)
    {
        if (AddressRange.Parse(text) is not { } range)
        {
            session.Refuse(unban.Id, ErrorCode.InvalidValue, $"{text} is no address: write it as bans shows it", field: "address");
            return null;
        }
        if (book.FindExactly(range, clock.Now) is { } ban)
            return ban;
        session.Refuse(unban.Id, ErrorCode.NoSuchBan, book.FindAround(range, clock.Now) is { } around
            ? $"{range} is not banned by itself, but as a part of {around.Subject}: take that back"
            : $"{range} is not banned", field: "address");
        return null;
    }

    private static BanList ToList(ulong id, BanRecord ban, ulong hit) => new(id, [Describe(ban)], More: false, hit);

    private static BanListItem Describe(BanRecord ban) =>
        new(ban.Number, ban.Principal, ban.Subject, (ulong)ban.Until, ban.Reason, ban.By, (ulong)ban.Made);

    private readonly record struct Subject(ulong Principal, string Text, ReadOnlyMemory<byte> KeyHash)
    {
        public bool IsAddress => KeyHash.IsEmpty;

        public static Subject Of(AddressRange range) => new(0, range.ToString(), default);
    }
}
