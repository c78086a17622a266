using System.Security.Cryptography;

namespace ChatProtocol.Hub;

/// <summary>
/// Who is let in no more: guests by their key, whatever names they have with it, and connections by where they come from.
/// One ban of each subject; those whose time is over hold no more, and are taken out soon afterwards.
/// </summary>
internal sealed class BanBook
{
    /// <summary>The most there are (CP-BAN-001).</summary>
    public const int MaxBans = 10_000;

    private readonly IdMap<BanRecord> _all = new();
    private readonly Dictionary<string, BanRecord> _byKey = [];
    private readonly Dictionary<string, BanRecord> _byName = [];
    private readonly Dictionary<AddressRange, BanRecord> _byRange = [];

    /// <summary>Those that end, by their end.</summary>
    private readonly SortedSet<(long Until, ulong Number)> _ends = [];

    // How many there are of each length: what has none need not be looked for.
    private readonly int[] _lengthsV4 = new int[33];
    private readonly int[] _lengthsV6 = new int[129];
    private readonly Steps _steps;
    private ulong _last;

    /// <summary>By subject: the number of what was asked for and is not durable yet, and how often it was.</summary>
    private readonly Dictionary<string, (ulong Number, int Times)> _asked = [];

    public BanBook(LogContents contents, Steps steps)
    {
        _steps = steps;
        foreach (var ban in contents.Bans)
            Add(ban);
    }

    /// <summary>
    /// The number of a ban that is asked for: that of its subject's, which may not be durable yet, or else a new one. Until
    /// <see cref="Answered"/> an unban that comes meanwhile is of the same number, so that the two are in order.
    /// </summary>
    public ulong Ask(BanRecord ban)
    {
        var (number, times) = _asked.TryGetValue(ban.SubjectKey, out var asked) ? asked : (FindSame(ban)?.Number ?? ++_last, 0);
        _asked[ban.SubjectKey] = (number, times + 1);
        return number;
    }

    /// <summary>What was asked for is durable, or could not be stored.</summary>
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

    /// <summary>By ascending number, from behind one.</summary>
    public IEnumerable<BanRecord> Behind(ulong number, long now)
    {
        foreach (var ban in _all.After(number))
            if (Holds(ban, now))
                yield return ban;
            else
                _steps.Add();
    }

    public BanRecord? Find(ulong number, long now) => Holding(_all.Find(number), now);

    /// <summary>The ban of a subject, whether its time is over or not.</summary>
    public BanRecord? FindSame(BanRecord ban) =>
        ban.KeyHash.IsEmpty ? _byRange.GetValueOrDefault(RangeOf(ban)) : _byKey.GetValueOrDefault(ban.SubjectKey);

    /// <summary>The ban of exactly this range.</summary>
    public BanRecord? FindExactly(AddressRange range, long now) => Holding(_byRange.GetValueOrDefault(range), now);

    /// <summary>The ban of a guest's key.</summary>
    public BanRecord? FindKeyHash(ReadOnlyMemory<byte> hash, long now) =>
        _byKey.Count == 0 || hash.IsEmpty ? null : Holding(_byKey.GetValueOrDefault(Convert.ToHexStringLower(hash.Span)), now);

    /// <summary>The same before it is known whose key it is.</summary>
    public BanRecord? FindKey(ReadOnlySpan<byte> key, long now) =>
        _byKey.Count == 0 || key.IsEmpty ? null : FindKeyHash(SHA256.HashData(key), now);

    /// <summary>The ban that was made for the name, the last if there were several.</summary>
    public BanRecord? FindName(string name, long now) => Holding(_byName.GetValueOrDefault(CanonicalName.Of(name)), now);

    /// <summary>A ban that holds for this connection: never for those who are near, as everybody behind a proxy may look so.</summary>
    public BanRecord? FindOrigin(IPeer peer, long now)
    {
        if (_byRange.Count == 0 || peer.IsAdmin || AddressRange.OfEndpoint(peer.Address) is not { } address)
            return null;
        return FindOrigin(peer.Origin, address, now);
    }

    /// <summary>The same for one that has no session.</summary>
    public BanRecord? FindOrigin(Origin origin, AddressRange address, long now) => origin.IsNear ? null : FindAround(address, now);

    /// <summary>The narrowest ban of a range that this one is in.</summary>
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
        _steps.Add(tried / Steps.LookUps);
        return found;
    }

    /// <summary>In place of the one of the same subject, if there is one.</summary>
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
            _byName[CanonicalName.Of(ban.Subject)] = ban;
            return;
        }
        var range = RangeOf(ban);
        _byRange[range] = ban;
        CountOf(range)++;
    }

    /// <summary>The ban of this one's number, which may have taken its place.</summary>
    public void Remove(BanRecord removed)
    {
        if (!_all.TryFind(removed.Number, out var ban))
            return;
        _all.Remove(ban.Number);
        _ends.Remove((ban.Until, ban.Number));
        if (!ban.KeyHash.IsEmpty)
        {
            _byKey.Remove(ban.SubjectKey);
            if (FindName(ban.Subject, long.MinValue) == ban)
                _byName.Remove(CanonicalName.Of(ban.Subject));
        }
        else if (_byRange.Remove(RangeOf(ban)))
            CountOf(RangeOf(ban))--;
    }

    /// <summary>
    /// Takes out the ban whose time has been over for longest, unless another of the same subject is asked for; false if
    /// there is none.
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

    /// <summary>Whether there is one whose time is over.</summary>
    public bool HasOver(long now) => _ends.Count > 0 && _ends.Min.Until <= now;

    private ref int CountOf(AddressRange range) => ref (range.IsV4 ? _lengthsV4 : _lengthsV6)[range.Length];

    private static AddressRange RangeOf(BanRecord ban) =>
        AddressRange.Parse(ban.Subject) ?? throw new InvalidOperationException($"Ban {ban.Number} of '{ban.Subject}' is of no address.");

    private static bool Holds(BanRecord ban, long now) => ban.Until == 0 || now < ban.Until;

    private static BanRecord? Holding(BanRecord? ban, long now) => ban is not null && Holds(ban, now) ? ban : null;
}
