using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>Why somebody is not let in.</summary>
/// <param name="Text">For people.</param>
/// <param name="IsAddress">Whether it is the address that has too many, and not the server.</param>
internal sealed record Refusal(string Text, bool IsAddress);

/// <summary>
/// Counts the connections, as a whole and for each address, and says who may come in. An address is remembered only while
/// it has a connection. Thread-safe.
/// </summary>
internal sealed class Doorkeeper(Bounds near, Bounds far, int maxSilent)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _addresses = [];

    // The oldest first.
    private readonly LinkedList<Place> _onTrial = new();
    private Places _places;
    private int _taken;
    private int _silent;
    private int _lastWords;

    /// <summary>Says how many may come in; before that nobody may.</summary>
    public void Open(Places places) => _places = places;

    /// <summary>Lets a connection in, or says why not. Where it comes from may be told later (<see cref="TryCount"/>).</summary>
    /// <param name="origin">Where it comes from; null if that is not known yet.</param>
    /// <param name="giveWay">Cuts it off, when it is on trial and others want its place.</param>
    /// <param name="refusal">Why not.</param>
    public Place? TryEnter(Origin? origin, Action giveWay, out Refusal? refusal)
    {
        Place? givesWay = null;
        Place? place = null;
        lock (_gate)
        {
            refusal = origin is { } from ? FindRefusal(from) : null;
            if (refusal is null && _taken >= _places.All && (givesWay = _onTrial.First?.Value) is null)
                refusal = Full();
            if (refusal is null)
            {
                if (givesWay is not null)
                    Leave(givesWay);
                place = Enter(origin, giveWay);
            }
        }
        givesWay?.GiveWay();
        return place;
    }

    /// <summary>Whether a connection that is let in may be counted to this address. If not, it keeps its place no longer than it takes to tell.</summary>
    public bool TryCount(Place place, Origin origin, out Refusal? refusal)
    {
        lock (_gate)
        {
            refusal = FindRefusal(origin);
            if (refusal is null && !place.IsGone)
                Count(place, origin);
            return refusal is null;
        }
    }

    /// <summary>Whether there is a socket for telling somebody why; one address may not use up all of them.</summary>
    public bool TryBeginLastWord(string address)
    {
        lock (_gate)
        {
            if (_lastWords >= _places.LastWords || _addresses.GetValueOrDefault(address)?.LastWords >= Math.Max(1, _places.LastWords / 4))
                return false;
            _lastWords++;
            TallyOf(address).LastWords++;
            return true;
        }
    }

    public void EndLastWord(string address)
    {
        lock (_gate)
        {
            _lastWords--;
            var tally = _addresses[address];
            tally.LastWords--;
            ForgetIfEmpty(address, tally);
        }
    }

    /// <summary>Whether the connection may go on without a word, as one that only listens (CP-LEG-002).</summary>
    public bool TryBeginSilence(Place place)
    {
        lock (_gate)
        {
            if (place.IsGone || place.IsSilent || _silent >= maxSilent || place.Tally!.Silent >= BoundsOf(place.Origin).Silent)
                return false;
            _silent++;
            place.Tally.Silent++;
            place.IsSilent = true;
            return true;
        }
    }

    public void EndSilence(Place place)
    {
        lock (_gate)
            Speak(place);
    }

    public void LogIn(Place place)
    {
        lock (_gate)
            Settle(place);
    }

    public void Release(Place place)
    {
        lock (_gate)
            Leave(place);
    }

    public Refusal Full() => new(string.Create(CultureInfo.InvariantCulture,
        $"the server has {_places.All - _places.Kept} connections already, and keeps the last places for those it knows; come back later"), IsAddress: false);

    private Bounds BoundsOf(Origin origin) => origin.IsNear ? near : far;

    private Refusal? FindRefusal(Origin origin)
    {
        if (!_addresses.TryGetValue(origin.Key, out var tally))
            return null;
        var bounds = BoundsOf(origin);
        return tally.Connections >= bounds.Connections
                ? new Refusal(string.Create(CultureInfo.InvariantCulture, $"{origin.Key} has {tally.Connections} connections already, and may have no more; close some, or come back later"), IsAddress: true)
            : tally.Pending >= bounds.Pending
                ? new Refusal(string.Create(CultureInfo.InvariantCulture, $"{origin.Key} has {tally.Pending} connections already that are not logged in, and may have no more; come back later"), IsAddress: true)
            : null;
    }

    private Place Enter(Origin? origin, Action giveWay)
    {
        var place = new Place(this, giveWay) { IsOnTrial = _taken >= _places.All - _places.Kept };
        _taken++;
        if (place.IsOnTrial)
            place.Trial = _onTrial.AddLast(place);
        if (origin is { } from)
            Count(place, from);
        return place;
    }

    private void Count(Place place, Origin origin)
    {
        var tally = TallyOf(origin.Key);
        tally.Connections++;
        tally.Pending++;
        place.Origin = origin;
        place.Tally = tally;
        place.IsPending = true;
    }

    private Tally TallyOf(string address)
    {
        if (!_addresses.TryGetValue(address, out var tally))
            _addresses.Add(address, tally = new Tally());
        return tally;
    }

    private void Settle(Place place)
    {
        if (place.Trial is { } trial)
            _onTrial.Remove(trial);
        place.Trial = null;
        if (!place.IsPending)
            return;
        place.IsPending = false;
        place.Tally!.Pending--;
    }

    private void Speak(Place place)
    {
        if (!place.IsSilent)
            return;
        place.IsSilent = false;
        place.Tally!.Silent--;
        _silent--;
    }

    private void Leave(Place place)
    {
        if (place.IsGone)
            return;
        place.IsGone = true;
        _taken--;
        Settle(place);
        Speak(place);
        if (place.Tally is not { } tally)
            return;
        tally.Connections--;
        ForgetIfEmpty(place.Origin.Key, tally);
    }

    private void ForgetIfEmpty(string address, Tally tally)
    {
        if (tally is { Connections: 0, LastWords: 0 })
            _addresses.Remove(address);
    }

    /// <summary>What an address has.</summary>
    internal sealed class Tally
    {
        public int Connections { get; set; }

        public int Pending { get; set; }

        public int Silent { get; set; }

        public int LastWords { get; set; }
    }
}

/// <summary>A connection's place in the server, from the accepted socket to the closed one. What changes belongs to its <see cref="Doorkeeper"/>.</summary>
internal sealed class Place(Doorkeeper door, Action giveWay) : IDisposable
{
    /// <summary>Whether only those whom the server knows may stay.</summary>
    public bool IsOnTrial { get; init; }

    public Origin Origin { get; set; }

    public Doorkeeper.Tally? Tally { get; set; }

    public LinkedListNode<Place>? Trial { get; set; }

    public bool IsPending { get; set; }

    public bool IsSilent { get; set; }

    public bool IsGone { get; set; }

    /// <summary>It is logged in.</summary>
    public void LogIn() => door.LogIn(this);

    /// <summary>Whether it may stay without a word.</summary>
    public bool TryBeginSilence() => door.TryBeginSilence(this);

    /// <summary>It has spoken.</summary>
    public void EndSilence() => door.EndSilence(this);

    public void GiveWay() => giveWay();

    public void Dispose() => door.Release(this);
}
