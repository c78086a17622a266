using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The bounds of handshakes: how many are under way, as a whole and of one address, and how many an address begins in a second.
/// Where all places are taken, somebody who has few gets one of those who have many, and otherwise that of a handshake that has
/// not got on: whoever begins handshakes and leaves them half done keeps out nobody else. Thread-safe.
/// </summary>
internal sealed class HandshakePlaces(TimeProvider time)
{
    /// <summary>Handshakes that are under way at once.</summary>
    public const int Max = 256;

    private const int MaxOfAddress = 8;

    /// <summary>Handshakes that one address may begin in a second.</summary>
    private const int MaxInSecond = 50;

    /// <summary>A handshake is two ways there and back: one that takes longer than this gives its place to others.</summary>
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();

    // In the order in which they began.
    private readonly LinkedList<Place> _taken = new();
    private readonly Dictionary<string, Tally> _addresses = [];
    private long _forgot;

    /// <summary>Takes a place for a handshake; null if there is none, or if the address has had enough of them.</summary>
    /// <param name="origin">Where the connection is from.</param>
    /// <param name="giveWay">Ends the handshake when the place goes to another. Called on the other's thread.</param>
    public Place? TryTake(Origin origin, Action giveWay)
    {
        var now = time.GetElapsedTime(0);
        Place? former = null;
        Place taken;
        lock (_gate)
        {
            var tally = TallyOf(origin.Key, (long)now.TotalSeconds);
            if (!origin.IsNear && (tally.UnderWay >= MaxOfAddress || tally.Begun >= MaxInSecond))
                return null;
            if (_taken.Count >= Max)
            {
                if ((former = FindFor(tally, now)) is null)
                    return null;
                Remove(former);
            }
            tally.UnderWay++;
            tally.Begun++;
            taken = new Place(tally, now, giveWay);
            _taken.AddLast(taken);
        }
        former?.GiveWay();
        return taken;
    }

    /// <summary>The handshake is over. Nothing happens if its place went to another before.</summary>
    public void Leave(Place place)
    {
        lock (_gate)
            if (place.IsTaken)
                Remove(place);
    }

    /// <summary>The place that somebody who has so few is given instead of its holder; null if there is none.</summary>
    private Place? FindFor(Tally newcomer, TimeSpan now)
    {
        var most = _taken.MaxBy(place => place.Of.UnderWay)!;
        if (most.Of.UnderWay > newcomer.UnderWay + 1)
            return most;
        var oldest = _taken.First!.Value;
        return now - oldest.Since > Slow ? oldest : null;
    }

    private void Remove(Place place)
    {
        _taken.Remove(place);
        place.IsTaken = false;
        place.Of.UnderWay--;
    }

    private Tally TallyOf(string address, long second)
    {
        Forget(second);
        if (!_addresses.TryGetValue(address, out var tally))
            _addresses.Add(address, tally = new Tally());
        if (tally.Second != second)
            (tally.Second, tally.Begun) = (second, 0);
        return tally;
    }

    /// <summary>Forgets addresses once a second: those under way stay, and those that began one in this second.</summary>
    private void Forget(long second)
    {
        if (_forgot == second || _addresses.Count < Max)
            return;
        _forgot = second;
        foreach (var (address, _) in _addresses.Where(one => one.Value.UnderWay == 0 && one.Value.Second != second).ToList())
            _addresses.Remove(address);
    }

    /// <summary>The place of a handshake that is under way.</summary>
    /// <param name="of">What its address has.</param>
    /// <param name="since">When it began.</param>
    /// <param name="giveWay">Ends it.</param>
    internal sealed class Place(Tally of, TimeSpan since, Action giveWay)
    {
        public Tally Of { get; } = of;

        public TimeSpan Since { get; } = since;

        public Action GiveWay { get; } = giveWay;

        public bool IsTaken { get; set; } = true;
    }

    /// <summary>The handshakes of one address.</summary>
    internal sealed class Tally
    {
        public int UnderWay { get; set; }

        /// <summary>The second in which it began one last, and how many in that.</summary>
        public long Second { get; set; }

        public int Begun { get; set; }
    }
}
