using System.Diagnostics;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Looks at a server from time to time, and tells its work since the last look.</summary>
internal sealed class ActivityMonitor(ChatClient client)
{
    /// <summary>The most rooms and the most connections that are looked at: each costs the server a part of a page.</summary>
    private const int MaxSeen = 10_000;

    /// <summary>The most of each that are told.</summary>
    private const int MaxTold = 10;

    private ServerStatus? _status;
    private Dictionary<ulong, ulong> _heads = [];
    private long _lookedAt;

    /// <summary>Looks at the server; the first look only tells where the next ones begin, as if a second had passed without work.</summary>
    public async Task<ServerActivity> LookAsync(CancellationToken stop)
    {
        var status = await client.Admin.StatusAsync(stop);
        var (now, before) = (Stopwatch.GetTimestamp(), _status ?? status);
        var span = _status is null ? TimeSpan.FromSeconds(1) : Stopwatch.GetElapsedTime(_lookedAt, now);
        var rooms = await client.RoomsAsync(stop).Take(MaxSeen).ToListAsync(stop);
        var sessions = await client.Admin.SessionsAsync(stop).Take(MaxSeen).ToListAsync(stop);
        // A room that is new has all its messages from this span, but not at the first look.
        var busy = rooms.Select(room => new BusyRoom(room, (room.Head - Math.Min(room.Head, _heads.GetValueOrDefault(room.Id, _status is null ? room.Head : 0))) / span.TotalSeconds))
            .Where(room => room.Messages > 0).OrderByDescending(room => room.Messages).Take(MaxTold).ToList();
        var slow = sessions.Where(session => session.Queued > 0).OrderByDescending(session => session.Queued).Take(MaxTold).ToList();
        (_status, _lookedAt, _heads) = (status, now, rooms.ToDictionary(room => room.Id, room => room.Head));
        return new ServerActivity(status, before, span, busy, slow);
    }
}
