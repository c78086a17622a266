namespace ChatProtocol.Client;

/// <summary>Sends the posts of an earlier run's outbox again, in a session of its own under that run's publisher.</summary>
internal static class OutboxReplay
{
    /// <summary>
    /// The age above which posts are not sent again: a server forgets a publisher after 30 days (CP-DEL-010), and would
    /// take them for new ones.
    /// </summary>
    private static readonly TimeSpan TooOld = TimeSpan.FromDays(29);

    /// <summary>Sends all posts; afterwards the outbox is empty.</summary>
    /// <exception cref="ChatException">The server cannot be reached; the outbox is unchanged.</exception>
    public static async Task<IReadOnlyList<RecoveredPost>> RunAsync(ChatClientOptions options, Outbox outbox, CancellationToken cancellationToken)
    {
        var left = outbox.Unsettled;
        if (left.Count == 0)
            return [];
        if (options.TimeProvider.GetUtcNow() - outbox.LastWritten > TooOld)
            return [.. left.Select(post => new RecoveredPost(post.Address, post.Text,
                ChatException.Refused(ErrorCode.PublisherForgotten, "it is too long ago to be sent again without perhaps being stored twice")))];
        options = options with { Publisher = outbox.Publisher, Inbox = false, StopAtRefusal = false };
        var session = await ReconnectingSession.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var outcomes = new List<RecoveredPost>();
            foreach (var room in left.GroupBy(post => (post.Address, post.Peer)))
                outcomes.AddRange(await SendAsync(session, room.Key.Address, room.Key.Peer, [.. room], cancellationToken).ConfigureAwait(false));
            // Emptied before the publisher ends: a run killed in between must not leave posts for a server that has
            // forgotten the publisher.
            outbox.Begin(outbox.Publisher);
            await session.QuitAsync(cancellationToken).ConfigureAwait(false);
            return outcomes;
        }
    }

    private static async Task<IEnumerable<RecoveredPost>> SendAsync(
        ReconnectingSession session, string address, ulong? peer, IReadOnlyList<UnsettledPost> posts, CancellationToken cancellationToken)
    {
        ChatRoom room;
        try
        {
            room = await session.OpenAsync(address, create: true, cancellationToken).ConfigureAwait(false);
            if (room.Peer != peer)
                throw ChatException.Refused(ErrorCode.NoSuchUser, $"somebody else is called {address} now");
        }
        catch (ChatException e) when (e.Failure == ChatFailure.Refused)
        {
            return posts.Select(post => new RecoveredPost(address, post.Text, e));
        }
        session.Continue(room.State, posts[0].Counter);
        var calls = posts.Select(post => session.CallAsync(new PostCall(room.State, post.Text) { MayBeStored = true }, cancellationToken)).ToList();
        var outcomes = new List<RecoveredPost>();
        foreach (var (post, call) in posts.Zip(calls))
        {
            try
            {
                outcomes.Add(new RecoveredPost(address, post.Text, await call.ConfigureAwait(false)));
            }
            catch (ChatException e) when (e.Failure == ChatFailure.Refused)
            {
                outcomes.Add(new RecoveredPost(address, post.Text, e));
            }
        }
        return outcomes;
    }
}
