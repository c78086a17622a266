using System.Globalization;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// Counts the connections, as a whole and for each address, and decides which may come in. An address is remembered only while
/// it has a connection. Thread-safe.
/// </summary>
internal sealed class ConnectionLimiter(GuestBounds near, GuestBounds far, int maxSilent)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Tally> _addresses = [];

    // The oldest first.
    private readonly LinkedList<ConnectionSlot> _onTrial = new();
    private ConnectionCapacity _capacity;
    private int _taken;
    private int _silent;
    private int _lastWords;

    /// <summary>Sets how many connections may come in; before that none may.</summary>
    public void Open(ConnectionCapacity capacity) => _capacity = capacity;

    /// <summary>Lets a connection in, or gives the reason why not. Its origin may be told later (<see cref="TryCount"/>).</summary>
    /// <param name="origin">The connection's origin; null if it is not known yet.</param>
    /// <param name="giveWay">Cuts the connection off when it is on trial and its slot is needed.</param>
    /// <param name="refusal">The reason why it is not let in.</param>
    public ConnectionSlot? TryEnter(Origin? origin, Action giveWay, out ConnectionRefusal? refusal)
    {
        ConnectionSlot? givesWay = null;
        ConnectionSlot? slot = null;
        lock (_gate)
        {
            refusal = origin is { } from ? FindRefusal(from) : null;
            if (refusal is null && _taken >= _capacity.All && (givesWay = _onTrial.First?.Value) is null)
                refusal = Full();
            if (refusal is null)
            {
                if (givesWay is not null)
                    Leave(givesWay);
                slot = Enter(origin, giveWay);
            }
        }
        givesWay?.GiveWay();
        return slot;
    }

    /// <summary>
    /// Whether a connection that was let in may be counted to this address. If not, it keeps its slot only until its client was told.
    /// </summary>
    public bool TryCount(ConnectionSlot slot, Origin origin, out ConnectionRefusal? refusal)
    {
        lock (_gate)
        {
            refusal = FindRefusal(origin);
            if (refusal is null && !slot.IsGone)
                Count(slot, origin);
            return refusal is null;
        }
    }

    /// <summary>Whether there is a socket for telling a refused client why; one address may not use up all of them.</summary>
    public bool TryBeginLastWord(string address)
    {
        lock (_gate)
        {
            if (_lastWords >= _capacity.LastWords || _addresses.GetValueOrDefault(address)?.LastWords >= Math.Max(1, _capacity.LastWords / 4))
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

    /// <summary>Whether the connection may go on in silence, as a client that only listens (CP-LEG-002).</summary>
    public bool TryBeginSilence(ConnectionSlot slot)
    {
        lock (_gate)
        {
            if (slot.IsGone || slot.IsSilent || _silent >= maxSilent || slot.Tally!.Silent >= BoundsOf(slot.Origin).Silent)
                return false;
            _silent++;
            slot.Tally.Silent++;
            slot.IsSilent = true;
            return true;
        }
    }

    public void EndSilence(ConnectionSlot slot)
    {
        lock (_gate)
            Speak(slot);
    }

    public void LogIn(ConnectionSlot slot)
    {
        lock (_gate)
            Settle(slot);
    }

    public void Release(ConnectionSlot slot)
    {
        lock (_gate)
            Leave(slot);
    }

    public ConnectionRefusal Full() => new(string.Create(CultureInfo.InvariantCulture,
        $"the server has {_capacity.All - _capacity.Kept} connections already, and keeps the last places for those it knows; come back later"), IsAddress: false);

    private GuestBounds BoundsOf(Origin origin) => origin.IsNear ? near : far;

    private ConnectionRefusal? FindRefusal(Origin origin)
    {
        if (!_addresses.TryGetValue(origin.Key, out var tally))
            return null;
        var bounds = BoundsOf(origin);
        return tally.Connections >= bounds.Connections
                ? new ConnectionRefusal(string.Create(CultureInfo.InvariantCulture, $"{origin.Key} has {tally.Connections} connections already, and may have no more; close some, or come back later"), IsAddress: true)
            : tally.Pending >= bounds.Pending
                ? new ConnectionRefusal(string.Create(CultureInfo.InvariantCulture, $"{origin.Key} has {tally.Pending} connections already that are not logged in, and may have no more; come back later"), IsAddress: true)
            : null;
    }

    private ConnectionSlot Enter(Origin? origin, Action giveWay)
    {
        var slot = new ConnectionSlot(this, giveWay) { IsOnTrial = _taken >= _capacity.All - _capacity.Kept };
        _taken++;
        if (slot.IsOnTrial)
            slot.Trial = _onTrial.AddLast(slot);
        if (origin is { } from)
            Count(slot, from);
        return slot;
    }

    private void Count(ConnectionSlot slot, Origin origin)
    {
        var tally = TallyOf(origin.Key);
        tally.Connections++;
        tally.Pending++;
        slot.Origin = origin;
        slot.Tally = tally;
        slot.IsPending = true;
    }

    private Tally TallyOf(string address)
    {
        if (!_addresses.TryGetValue(address, out var tally))
            _addresses.Add(address, tally = new Tally());
        return tally;
    }

    private void Settle(ConnectionSlot slot)
    {
        if (slot.Trial is { } trial)
            _onTrial.Remove(trial);
        slot.Trial = null;
        if (!slot.IsPending)
            return;
        slot.IsPending = false;
        slot.Tally!.Pending--;
    }

    private void Speak(ConnectionSlot slot)
    {
        if (!slot.IsSilent)
            return;
        slot.IsSilent = false;
        slot.Tally!.Silent--;
        _silent--;
    }

    private void Leave(ConnectionSlot slot)
    {
        if (slot.IsGone)
            return;
        slot.IsGone = true;
        _taken--;
        Settle(slot);
        Speak(slot);
        if (slot.Tally is not { } tally)
            return;
        tally.Connections--;
        ForgetIfEmpty(slot.Origin.Key, tally);
    }

    private void ForgetIfEmpty(string address, Tally tally)
    {
        if (tally is { Connections: 0, LastWords: 0 })
            _addresses.Remove(address);
    }

    /// <summary>The counts of one address.</summary>
    internal sealed class Tally
    {
        public int Connections { get; set; }

        public int Pending { get; set; }

        public int Silent { get; set; }

        public int LastWords { get; set; }
    }
}

/// <summary>The reason why a connection is not let in.</summary>
/// <param name="Text">For people.</param>
/// <param name="IsAddress">Whether the address has too many connections, and not the server.</param>
internal sealed record ConnectionRefusal(string Text, bool IsAddress);
