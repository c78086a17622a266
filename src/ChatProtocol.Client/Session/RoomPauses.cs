using System.Threading.Channels;

namespace ChatProtocol.Client;

/// <summary>
/// Pauses rooms: once more than a room's window waits to be taken the room stops delivering, and it resumes at its cursor once all
/// is taken. Where the server gives no credit the client leaves the room for that; where it does, this is only needed when the
/// connection was made anew and the server counts from 0.
/// </summary>
internal sealed class RoomPauses(RoomRegistry rooms, PendingRequests requests, Action<CloseReason> end)
{
    // Each room is in the channel twice at most.
    private readonly Channel<(ChatRoom Room, bool IsLeaving)> _steps = Channel.CreateUnbounded<(ChatRoom, bool)>();

    /// <summary>Leaves the room until its waiting messages are taken; for the reading loop.</summary>
    public void Leave(ChatRoom room)
    {
        _steps.Writer.TryWrite((room, true));
        Await(room);
    }

    /// <summary>Joins a room that is not joined, once its waiting messages are taken.</summary>
    public void Await(ChatRoom room) => room.State.WhenDrained(() => _steps.Writer.TryWrite((room, false)));

    /// <summary>No room is left or joined any more on this connection.</summary>
    public void End() => _steps.Writer.TryComplete();

    /// <summary>
    /// Leaves and joins rooms, one after the other, until the end; a failure ends the connection, and the next one rejoins
    /// every room.
    /// </summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var (room, isLeaving) in _steps.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                if (isLeaving)
                    await LeaveAsync(room).ConfigureAwait(false);
                else if (room.Joined)
                    await JoinAsync(room).ConfigureAwait(false);
            }
        }
        catch (ChatException e)
        {
            end(new CloseReason(e));
        }
    }

    private async Task JoinAsync(ChatRoom room)
    {
        await new RoomRejoiner(rooms, requests).RunAsync(room).ConfigureAwait(false);
        // The program may have left the room while the join was under way.
        if (!room.Joined)
            await LeaveAsync(room).ConfigureAwait(false);
    }

    private async Task LeaveAsync(ChatRoom room)
    {
        try
        {
            await requests.AskAsync<Ok, bool>(id => new Leave(id, room.Id), static _ => true).ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NotJoined)
        {
        }
    }
}
