using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>
/// The bans: guests by their key, whatever names they have with it, and connections by their address. There is one ban of each
/// subject. An expired ban has no effect, and is removed soon afterwards.
/// </summary>
internal sealed class BanBook
{
    /// <summary>The most bans (CP-BAN-001).</summary>
    public const int MaxBans = 10_000;

    private readonly IdMap<BanRecord> _all = new();
    private readonly Dictionary<string, BanRecord> _byKey = [];
    private readonly Dictionary<UserName, BanRecord> _byName = [];
    private readonly Dictionary<AddressRange, BanRecord> _byRange = [];

    /// <summary>The bans that end, by their end.</summary>
    private readonly SortedSet<(long Until, ulong Number)> _ends = [];

    // The number of bans of each prefix length: a length without bans is not looked up.
    private readonly int[] _lengthsV4 = new int[33];
    private readonly int[] _lengthsV6 = new int[129];
    private readonly StepCounter _steps;
    private ulong _last;

    /// <summary>By subject: the number of the requested change that is not durable yet, and how often it was requested.</summary>
    private readonly Dictionary<string, (ulong Number, int Times)> _asked = [];

    public BanBook(StartupContents contents, StepCounter steps)
    {
        _steps = steps;
        foreach (var ban in contents.Bans)
            Add(ban);
    }

    /// <summary>
    /// The number for a requested ban: that of its subject's ban, which may not be durable yet, or else a new one. Until
    /// <see cref="Answered"/> an unban that comes meanwhile has the same number, so that the two are in order.
    /// </summary>
    public ulong Ask(BanRecord ban)
    {
        var (number, times) = _asked.TryGetValue(ban.SubjectKey, out var asked) ? asked : (FindSame(ban)?.Number ?? ++_last, 0);
        _asked[ban.SubjectKey] = (number, times + 1);
        return number;
    }

    /// <summary>The requested change is durable, or could not be stored.</summary>
    public void Answered(BanRecord ban)
    {
        var (number, times) = _asked[ban.SubjectKey];
        if (times == 1)
            _asked.Remove(ban.SubjectKey);
        else
            _asked[ban.SubjectKey] = (number, times - 1);
    }

    /// <summary>Whether its subject has a ban, or is about to have one.</summary>
    public bool Knows(BanRecord ban) => FindSame(ban) is not null || _asked.ContainsKey(ban.SubjectKey);

    public int Count => _all.Count;

    /// <summary>The bans behind a number, by ascending number.</summary>
    public IEnumerable<BanRecord> Behind(ulong number, long now)
    {
        foreach (var ban in _all.After(number))
            if (Holds(ban, now))
                yield return ban;
            else
                _steps.Add();
    }

    public BanRecord? Find(ulong number, long now) => Holding(_all.Find(number), now);

    /// <summary>The ban of the same subject, expired or not.</summary>
    public BanRecord? FindSame(BanRecord ban) =>
        ban.KeyHash.IsEmpty ? _byRange.GetValueOrDefault(RangeOf(ban)) : _byKey.GetValueOrDefault(ban.SubjectKey);

    /// <summary>The ban of exactly this range.</summary>
    public BanRecord? FindExactly(AddressRange range, long now) => Holding(_byRange.GetValueOrDefault(range), now);

    /// <summary>The ban of a guest's key.</summary>
    public BanRecord? FindKeyHash(ReadOnlyMemory<byte> hash, long now) =>
        _byKey.Count == 0 || hash.IsEmpty ? null : Holding(_byKey.GetValueOrDefault(Convert.ToHexStringLower(hash.Span)), now);

    /// <summary>The ban of a guest's key, before the key's principal is known.</summary>
    public BanRecord? FindKey(ReadOnlySpan<byte> key, long now) =>
        _byKey.Count == 0 || key.IsEmpty ? null : FindKeyHash(SHA256.HashData(key), now);

    /// <summary>The ban that was made for the name; the last if there were several.</summary>
    public BanRecord? FindName(UserName name, long now) => Holding(_byName.GetValueOrDefault(name), now);

    /// <summary>The ban that holds for this connection: never for a near one, as everybody behind a proxy may look near.</summary>
    public BanRecord? FindOrigin(IPeer peer, long now)
    {
        if (_byRange.Count == 0 || peer.IsAdmin || AddressRange.OfEndpoint(peer.Address) is not { } address)
            return null;
        return FindOrigin(peer.Origin, address, now);
    }

    /// <summary>The ban that holds for a connection without a session.</summary>
    public BanRecord? FindOrigin(Origin origin, AddressRange address, long now) => origin.IsNear ? null : FindAround(address, now);

    /// <summary>The narrowest ban whose range contains this one.</summary>
    public BanRecord? FindAround(AddressRange range, long now)
    {
        var lengths = range.IsV4 ? _lengthsV4 : _lengthsV6;
        BanRecord? found = null;
        var tried = 0;
        for (var length = range.Length; length >= 0 && found is null; length--)
            if (lengths[length] > 0)
            {
                tried++;
                found = FindExactly(range.Cut(length), now);
            }
        _steps.Add(tried / StepCounter.LookUps);
        return found;
    }

    /// <summary>Adds a ban; it replaces the one of the same subject, if there is one.</summary>
    public void Add(BanRecord ban)
    {
        if (FindSame(ban) is { } before)
            Remove(before);
        _all.Set(ban.Number, ban);
        _last = Math.Max(_last, ban.Number);
        if (ban.Until != 0)
            _ends.Add((ban.Until, ban.Number));
        if (!ban.KeyHash.IsEmpty)
        {
            _byKey[ban.SubjectKey] = ban;
            _byName[new UserName(ban.Subject)] = ban;
            return;
        }
        var range = RangeOf(ban);
        _byRange[range] = ban;
        CountOf(range)++;
    }

    /// <summary>Removes the ban with this one's number, which may have replaced this one.</summary>
    public void Remove(BanRecord removed)
    {
        if (!_all.TryFind(removed.Number, out var ban))
            return;
        _all.Remove(ban.Number);
        _ends.Remove((ban.Until, ban.Number));
        if (!ban.KeyHash.IsEmpty)
        {
            _byKey.Remove(ban.SubjectKey);
            var name = new UserName(ban.Subject);
            if (FindName(name, long.MinValue) == ban)
                _byName.Remove(name);
        }
        else if (_byRange.Remove(RangeOf(ban)))
            CountOf(RangeOf(ban))--;
    }

    /// <summary>
    /// Removes the ban that expired first, unless a change of the same subject is requested; false if there is none.
    /// </summary>
    public bool TryTakeOver(long now)
    {
        foreach (var (until, number) in _ends)
        {
            if (until > now)
                return false;
            _steps.Add();
            if (_all.Find(number) is not { } ban || _asked.ContainsKey(ban.SubjectKey))
                continue;
            Remove(ban);
            return true;
        }
        return false;
    }

    /// <summary>Whether any ban has expired.</summary>
    public bool HasOver(long now) => _ends.Count > 0 && _ends.Min.Until <= now;

    private ref int CountOf(AddressRange range) => ref (range.IsV4 ? _lengthsV4 : _lengthsV6)[range.Length];

    private static AddressRange RangeOf(BanRecord ban) =>
        AddressRange.Parse(ban.Subject) ?? throw new InvalidOperationException($"Ban {ban.Number} of '{ban.Subject}' is of no address.");

    private static bool Holds(BanRecord ban, long now) => ban.Until == 0 || now < ban.Until;

    private static BanRecord? Holding(BanRecord? ban, long now) => ban is not null && Holds(ban, now) ? ban : null;
}
