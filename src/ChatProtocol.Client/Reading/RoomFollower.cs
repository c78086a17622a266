using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// Reads the messages of a room from a place on, whatever is past of them and whatever comes: the server crosses from one to the other
/// without a seam (CP-DEL-012).
/// </summary>
/// <param name="join">Joins the room.</param>
/// <param name="address">The room's address.</param>
internal sealed class RoomFollower(Func<JoinOptions, CancellationToken, Task<ChatRoom>> join, string address)
{
    /// <summary>Reads from a place on.</summary>
    /// <param name="from">The place; null for now.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<MessageReceived> ReadAsync(ChatCursor? from, [EnumeratorCancellation] CancellationToken stop)
    {
        var room = await JoinAsync(from, stop).ConfigureAwait(false);
        await foreach (var said in ReadAsync(room, stop).ConfigureAwait(false))
            yield return said;
    }

    /// <summary>Reads from the place that a store has, and saves in it what was handled: the messages before the one that is handled now.</summary>
    /// <param name="cursors">The store.</param>
    /// <param name="first">The place where to begin if the store has none; null for now.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<MessageReceived> ReadAsync(ICursorStore cursors, ChatCursor? first, [EnumeratorCancellation] CancellationToken stop)
    {
        var room = await JoinAsync(await cursors.LoadAsync(address, stop).ConfigureAwait(false) ?? first, stop).ConfigureAwait(false);
        // Nothing that is said from here on is missed, even if the program ends before its first message.
        var keeper = await CursorKeeper.BeginAsync(cursors, address, room.Cursor, stop).ConfigureAwait(false);
        await using (keeper.ConfigureAwait(false))
            await foreach (var said in ReadAsync(room, stop).ConfigureAwait(false))
            {
                var handling = keeper.Begin(room.Cursor);
                yield return said;
                keeper.Done(handling);
            }
    }

    /// <summary>Reads the messages of a joined room until it is left, and leaves it when the reading ends.</summary>
    /// <param name="room">The room.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="others">Handles what else happens there, before the next message is read; null for nothing.</param>
    /// <exception cref="ChatException">The session is over, or the room may not be read any more.</exception>
    public static async IAsyncEnumerable<MessageReceived> ReadAsync(ChatRoom room, [EnumeratorCancellation] CancellationToken stop, Func<ChatRoomEvent, Task>? others = null)
    {
        try
        {
            await foreach (var happened in room.EventsAsync(stop).ConfigureAwait(false))
            {
                ThrowIfOver(happened);
                if (happened is MessageReceived said)
                    yield return said;
                else if (others is not null && happened is ChatRoomEvent other)
                    await others(other).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(room);
        }
    }

    /// <summary>Joins at the place, or at the last one before it that the server's log still has.</summary>
    public async Task<ChatRoom> JoinAsync(ChatCursor? from, CancellationToken stop)
    {
        try
        {
            return await join(new JoinOptions { From = from, OwnEvents = true }, stop).ConfigureAwait(false);
        }
        catch (ChatException e) when (e is { Code: ErrorCode.EpochChanged or ErrorCode.CursorAhead, Value: { } last })
        {
            return await join(new JoinOptions { From = ChatCursor.At(last), OwnEvents = true }, stop).ConfigureAwait(false);
        }
    }

    /// <summary>A stream of messages that only ended would look as if all were said.</summary>
    private static void ThrowIfOver(ChatEvent happened)
    {
        var failure = happened switch
        {
            SessionEnded { Error: { } error } => error,
            RoomLost lost => lost.Error,
            RoomRemovedByAdmin removed => ChatException.Refused(ErrorCode.NoSuchRoom, $"the room {removed.Room} was removed"),
            ExpelledFromRoom expelled => ChatException.Refused(
                ErrorCode.BannedFromRoom, $"this user may not be in {expelled.Room} any more{(expelled.Reason.Length > 0 ? ": " : "")}{expelled.Reason}"),
            _ => null,
        };
        if (failure is not null)
            throw failure;
    }

    /// <summary>Not awaited: without a connection the answer may be long in coming, and the next join goes behind it in any case.</summary>
    private static void Leave(ChatRoom room)
    {
        if (room.Joined)
            _ = room.LeaveAsync().ContinueWith(static left => left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
