using System.Buffers.Binary;
using System.Diagnostics;
using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Benchmarks;

/// <summary>The real hub with a <see cref="PromptLog"/> and <see cref="CountingPeer"/>s, on one thread.</summary>
internal sealed class HubStage
{
    private static readonly byte[] Secret = new byte[16];

    private int _guests;

    public HubStage()
    {
        var options = new HubOptions { Server = Secret, Epoch = 77, HashKey = Secret };
        Hub = new ChatHub(options, Log, new FakePasswordHasher(), _ => { });
        Hub.Advance(new Moment(0, 0, (long)Samples.Time));
        Commit();
    }

    public ChatHub Hub { get; }

    public PromptLog Log { get; } = new();

    /// <summary>
    /// Runs the measured code for two seconds: hot code is compiled in the background, and the benchmark's own warm-up
    /// iterations are too few and too short for that.
    /// </summary>
    public static void WarmUp(Action round)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(2);)
            round();
    }

    /// <summary>Commits the gathered batch, so that its senders are answered.</summary>
    public void Commit()
    {
        Hub.Flush();
        Hub.Committed(Log.TakeBatch());
    }

    /// <summary>Delivers the committed entries to all members.</summary>
    public void FanOut()
    {
        while (Hub.Work())
        {
        }
    }

    /// <summary>Logs in a guest that may post with counters.</summary>
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

    /// <summary>Lets a guest enter a room, creating it if needed; returns the room's id.</summary>
    public ulong Join(Guest guest, string room)
    {
        Hub.Receive(guest.Session, new Join(3, room, PresenceMode.None, null, null));
        return guest.Peer.Last is RoomInfo info ? info.Room : throw new InvalidOperationException($"No room: {guest.Peer.Last}");
    }
}

/// <summary>A logged-in client of the hub.</summary>
/// <param name="Session">The hub's session.</param>
/// <param name="Peer">Its connection.</param>
internal sealed record Guest(Session Session, CountingPeer Peer);
