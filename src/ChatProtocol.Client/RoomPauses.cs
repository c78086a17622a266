using System.Threading.Channels;

namespace ChatProtocol.Client;

/// <summary>
/// A room of which more waits to be taken than its window stops delivering, and goes on from where it stood once all is
/// taken. Where the server gives no credit it has to be left for that; where it does, this is only needed when the
/// connection was made anew and the server counts from 0.
/// </summary>
internal sealed class RoomPauses(RoomRegistry rooms, ServerLink link)
{
    // A room stands in it twice at most.
    private readonly Channel<(ChatRoom Room, bool IsLeaving)> _steps = Channel.CreateUnbounded<(ChatRoom, bool)>();

    /// <summary>Leaves the room until what waits of it is taken; for the reading loop.</summary>
    public void Leave(ChatRoom room)
    {
        _steps.Writer.TryWrite((room, true));
        Await(room);
    }

    /// <summary>Joins the room, which it is not, once what waits of it is taken.</summary>
    public void Await(ChatRoom room) => room.WhenDrained(() => _steps.Writer.TryWrite((room, false)));

    /// <summary>Nothing is left or joined any more on this connection.</summary>
    public void End() => _steps.Writer.TryComplete();

    /// <summary>Leaves and joins, one after the other, until the end; what goes wrong with it ends the connection, and the next one finds every room again.</summary>
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
            link.End(new CloseReason(e));
        }
    }

    private async Task JoinAsync(ChatRoom room)
    {
        await new RoomRejoiner(rooms, link).RunAsync(room).ConfigureAwait(false);
        // Somebody may have left it while it was asked for.
        if (!room.Joined)
            await LeaveAsync(room).ConfigureAwait(false);
    }

    private async Task LeaveAsync(ChatRoom room)
    {
        try
        {
            await link.AskAsync<Ok, bool>(id => new Leave(id, room.Id), static _ => true).ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.NotJoined)
        {
        }
    }
}
