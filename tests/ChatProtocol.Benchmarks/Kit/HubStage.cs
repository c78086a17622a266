using System.Buffers.Binary;
using System.Diagnostics;
using ChatProtocol.Hub;

namespace ChatProtocol.Benchmarks;

/// <summary>The real hub with a <see cref="PromptLog"/> and <see cref="CountingPeer"/>s, on one thread.</summary>
internal sealed class HubStage
{
    private static readonly byte[] Secret = new byte[16];

    private int _guests;

    public HubStage()
    {
        var options = new HubOptions { Server = Secret, Epoch = 77, HashKey = Secret };
        Hub = new ChatHub(options, Log, _ => { });
        Hub.Advance(new Moment(0, 0, (long)Samples.Time));
        Commit();
    }

    public ChatHub Hub { get; }

    public PromptLog Log { get; } = new();

    /// <summary>
    /// Does for two seconds what will be measured: hot code is compiled in the background, and iterations that are prepared
    /// are too few and short to wait for it.
    /// </summary>
    public static void WarmUp(Action round)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(2);)
            round();
    }

    /// <summary>Stores what has gathered, and has its senders answered.</summary>
    public void Commit()
    {
        Hub.Flush();
        Hub.Committed(Log.TakeBatch());
    }

    /// <summary>Brings what was committed to everybody.</summary>
    public void FanOut()
    {
        while (Hub.Work())
        {
        }
    }

    /// <summary>A guest who is logged in and may post with counters.</summary>
    public Guest LogIn()
    {
        var peer = new CountingPeer();
        var session = Hub.Connect(peer);
        var key = new byte[32];
        BinaryPrimitives.WriteInt32BigEndian(key, ++_guests);
        Hub.Receive(session, new Hello(1, 1, 1, [], "benchmark"));
        Hub.Receive(session, new Login(2, $"guest{_guests}", CredentialKind.GuestKey, key, key.AsMemory(0, 16), false));
        Commit();
        return peer.Last is LoggedIn ? new Guest(session, peer) : throw new InvalidOperationException($"No login: {peer.Last}");
    }

    /// <summary>Has a guest enter a room, which comes into being with it; returns its id.</summary>
    public ulong Join(Guest guest, string room)
    {
        Hub.Receive(guest.Session, new Join(3, room, PresenceMode.None, null, null));
        return guest.Peer.Last is RoomInfo info ? info.Room : throw new InvalidOperationException($"No room: {guest.Peer.Last}");
    }
}

/// <summary>Somebody who talks to the hub.</summary>
/// <param name="Session">As the hub knows it.</param>
/// <param name="Peer">Its connection.</param>
internal sealed record Guest(Session Session, CountingPeer Peer);
