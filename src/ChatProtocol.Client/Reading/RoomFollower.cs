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
    /// <summary>The most entries that are handled and not saved yet, while more wait.</summary>
    private const int MostUnsaved = 1000;

    /// <summary>Reads from a place on.</summary>
    /// <param name="from">The place; null for now.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<MessageReceived> ReadAsync(ChatCursor? from, [EnumeratorCancellation] CancellationToken stop)
    {
        var room = await JoinAsync(from, stop).ConfigureAwait(false);
        try
        {
            await foreach (var happened in room.EventsAsync(stop).ConfigureAwait(false))
            {
                ThrowIfOver(happened);
                if (happened is MessageReceived said)
                    yield return said;
            }
        }
        finally
        {
            Leave(room);
        }
    }

    /// <summary>Reads from the place that a store has, and saves in it what was handled: the messages before the one that is handled now.</summary>
    /// <param name="cursors">The store.</param>
    /// <param name="first">The place where to begin if the store has none; null for now.</param>
    /// <param name="stop">Ends the reading.</param>
    public async IAsyncEnumerable<MessageReceived> ReadAsync(ICursorStore cursors, ChatCursor? first, [EnumeratorCancellation] CancellationToken stop)
    {
        var saved = await cursors.LoadAsync(address, stop).ConfigureAwait(false);
        var room = await JoinAsync(saved ?? first, stop).ConfigureAwait(false);
        var handled = room.Cursor;
        var unsaved = 0;
        var events = room.EventsAsync(stop).GetAsyncEnumerator(stop);
        try
        {
            // Nothing that is said from here on is missed, even if the program ends before its first message.
            if (saved != handled)
                await cursors.SaveAsync(address, handled, stop).ConfigureAwait(false);
            while (true)
            {
                var next = events.MoveNextAsync();
                if (unsaved > 0 && (unsaved >= MostUnsaved || !next.IsCompleted))
                {
                    await cursors.SaveAsync(address, handled, stop).ConfigureAwait(false);
                    unsaved = 0;
                }
                if (!await next.ConfigureAwait(false))
                    break;
                var cursor = room.Cursor;
                ThrowIfOver(events.Current);
                if (events.Current is MessageReceived said)
                    yield return said;
                if (cursor == handled)
                    continue;
                handled = cursor;
                unsaved++;
            }
        }
        finally
        {
            await events.DisposeAsync().ConfigureAwait(false);
            Leave(room);
            // The reading may have been cancelled; what was handled before was handled.
            if (unsaved > 0)
                await cursors.SaveAsync(address, handled, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Joins at the place, or at the last one before it that the server's log still has.</summary>
    private async Task<ChatRoom> JoinAsync(ChatCursor? from, CancellationToken stop)
    {
        try
        {
            return await join(new JoinOptions { From = from }, stop).ConfigureAwait(false);
        }
        catch (ChatException e) when (e is { Code: ErrorCode.EpochChanged or ErrorCode.CursorAhead, Value: { } last })
        {
            return await join(new JoinOptions { From = ChatCursor.At(last) }, stop).ConfigureAwait(false);
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
