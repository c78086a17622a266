namespace ChatProtocol.Client;

/// <summary>One run of a bot: a loop for each of its rooms, and one for rooms that come on the way.</summary>
internal sealed class BotLoop(ChatBot bot, ChatClient client)
{
    private readonly BotAnswers _answers = new(bot.AnswersPerMinute, bot.TimeProvider);

    // Completes when no loop is left, and fails with the first failure that ends the bot.
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for the run itself, until its loops have begun.
    private int _running = 1;
    private volatile ChatException? _lostRoom;

    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var hasBegun = false;
        try
        {
            await client.WaitUntilConnectedAsync(stop).ConfigureAwait(false);
            hasBegun = true;
            foreach (var address in bot.Rooms.Distinct(StringComparer.OrdinalIgnoreCase))
                Begin(() => FollowAsync(address, from: null, ending.Token));
            if (client.HasInbox || bot.AcceptsInvitations)
                Begin(() => AwaitRoomsAsync(ending.Token));
            End();
            await _over.Task.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            if (hasBegun)
                await _idle.Task.ConfigureAwait(false);
        }
    }

    private void Begin(Func<Task> run)
    {
        Interlocked.Increment(ref _running);
        _ = RunAsync(run);
    }

    /// <summary>A loop to its end. One room that is lost does not end the others.</summary>
    private async Task RunAsync(Func<Task> run)
    {
        try
        {
            await run().ConfigureAwait(false);
        }
        catch (ChatException e) when (client.State != ChatClientState.Ended)
        {
            _lostRoom = e;
            bot.OnError?.Invoke(e, null);
        }
        catch (Exception e)
        {
            _over.TrySetException(e);
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _running) > 0)
            return;
        if (_lostRoom is { } lost)
            _over.TrySetException(lost);
        _over.TrySetResult();
        _idle.TrySetResult();
    }

    /// <summary>Joins a room and handles its messages.</summary>
    private async Task FollowAsync(string address, ChatCursor? from, CancellationToken stop)
    {
        address = RoomAddress.Parse(address).ToString();
        if (bot.Cursors is { } cursors)
            from = await cursors.LoadAsync(address, stop).ConfigureAwait(false) ?? from;
        var follower = new RoomFollower((options, stop) => client.JoinAsync(address, options, stop), address);
        await HandleAllAsync(await follower.JoinAsync(from, stop).ConfigureAwait(false), address, stop).ConfigureAwait(false);
    }

    /// <summary>Private rooms that are opened, and invitations.</summary>
    private async Task AwaitRoomsAsync(CancellationToken stop)
    {
        if (client.HasInbox && bot.Cursors is { } cursors)
            await foreach (var room in client.RoomsAsync(stop).Where(room => room.Kind == RoomKind.Private).ConfigureAwait(false))
                if (await cursors.LoadAsync(room.Address, stop).ConfigureAwait(false) is { } from)
                    Begin(() => FollowPrivateAsync(room.Address, from, stop));
        await foreach (var happened in client.EventsAsync(stop).ConfigureAwait(false))
            switch (happened)
            {
                case PrivateRoomOpened opened:
                    // From here on its messages wait there, and do not come here.
                    _ = opened.Room.EventsAsync(stop);
                    Begin(() => FollowOpenedAsync(opened.Room, stop));
                    break;
                case InvitedToRoom invited when bot.AcceptsInvitations:
                    Begin(() => FollowAsync(invited.Address, ChatCursor.Beginning, stop));
                    break;
                case SessionEnded { Error: { } error }:
                    throw error;
            }
    }

    /// <summary>A private room of an earlier run; if it was opened by itself meanwhile, an event tells.</summary>
    private async Task FollowPrivateAsync(string address, ChatCursor from, CancellationToken stop)
    {
        try
        {
            await FollowAsync(address, from, stop).ConfigureAwait(false);
        }
        catch (ChatException e) when (e.Code == ErrorCode.AlreadyJoined)
        {
        }
    }

    /// <summary>A private room that was opened by itself: from its newest message on, or from where an earlier run stopped.</summary>
    private async Task FollowOpenedAsync(ChatRoom room, CancellationToken stop)
    {
        if (bot.Cursors is { } cursors && await cursors.LoadAsync(room.Address, stop).ConfigureAwait(false) is { } from && from.Seq < room.Cursor.Seq)
        {
            await room.LeaveAsync(stop).ConfigureAwait(false);
            await FollowAsync(room.Address, from, stop).ConfigureAwait(false);
        }
        else
            await HandleAllAsync(room, room.Address, stop).ConfigureAwait(false);
    }

    /// <summary>Handles the messages of a joined room, so many at once as the bot does.</summary>
    private async Task HandleAllAsync(ChatRoom room, string address, CancellationToken stop)
    {
        var keeper = bot.Cursors is { } cursors ? await CursorKeeper.BeginAsync(cursors, address, room.Cursor, stop).ConfigureAwait(false) : null;
        using var slots = new SemaphoreSlim(bot.Concurrency);
        try
        {
            await foreach (var said in RoomFollower.ReadAsync(room, stop, bot.EventHandler is null ? null : ObserveAsync).ConfigureAwait(false))
            {
                var handling = keeper?.Begin(room.Cursor);
                var message = said.Message.From == client.Principal || said.Message.IsErased ? null : new BotMessage(client, said, _answers, stop);
                await slots.WaitAsync(stop).ConfigureAwait(false);
                var handled = HandleAsync(message, keeper, handling, slots);
                // Synchronously where it can be: the next message waits for this one.
                if (bot.Concurrency == 1)
                    await handled.ConfigureAwait(false);
            }
        }
        finally
        {
            for (var left = bot.Concurrency; left > 0; left--)
                await slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            if (keeper is not null)
                await keeper.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Hands over what else happens in a room, such as edits: nothing of it is a command.</summary>
    private async Task ObserveAsync(ChatRoomEvent happened)
    {
        try
        {
            await bot.EventHandler!(happened).ConfigureAwait(false);
        }
        catch (Exception e) when (client.State != ChatClientState.Ended && (e is ChatException || bot.OnError is not null))
        {
            bot.OnError?.Invoke(e, null);
        }
    }

    /// <summary>Handles a message. What is not handled, as the bot stops or its client is over, is not done.</summary>
    private async Task HandleAsync(BotMessage? message, CursorKeeper? keeper, CursorKeeper.Handling? handling, SemaphoreSlim slots)
    {
        try
        {
            if (message is not null && bot.HandlerOf(message) is { } handler)
                await TryAsync(handler, message).ConfigureAwait(false);
            if (handling is not null)
                keeper!.Done(handling);
        }
        catch (OperationCanceledException) when (message!.Stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            _over.TrySetException(e);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task TryAsync(Func<Task> handler, BotMessage message)
    {
        try
        {
            await (MessageOperation.IsObserved ? ObserveAsync(handler, message) : TellUsageAsync(handler, message)).ConfigureAwait(false);
        }
        catch (Exception e) when (IsPassedOver(e, message))
        {
            bot.OnError?.Invoke(e, message);
        }
    }

    private static Task ObserveAsync(Func<Task> handler, BotMessage message) => MessageOperation.ProcessAsync(
        () => TellUsageAsync(handler, message), message.Room.Destination, ChatCursor.At(message.Message.Seq, message.Room.Epoch));

    private static async Task TellUsageAsync(Func<Task> handler, BotMessage message)
    {
        try
        {
            await handler().ConfigureAwait(false);
        }
        catch (BotUsageException wrong)
        {
            await message.ReplyAsync(wrong.Message).ConfigureAwait(false);
        }
    }

    private bool IsPassedOver(Exception e, BotMessage message) =>
        e is OperationCanceledException && message.Stopping.IsCancellationRequested || client.State == ChatClientState.Ended ? false
            : e is ChatException || bot.OnError is not null;
}
