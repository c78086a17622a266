namespace ChatProtocol.Client;

/// <summary>Sends the posts of an earlier run's outbox again, in a session of its own under that run's publisher.</summary>
internal static class OutboxReplay
{
    /// <summary>
    /// The age above which counted posts are not sent again: a server forgets a publisher after 30 days (CP-DEL-010), and would
    /// take them for new ones. A key it keeps as long as the entry (CP-KEY-005).
    /// </summary>
    private static readonly TimeSpan TooOld = TimeSpan.FromDays(29);

    /// <summary>Sends all posts; afterwards the outbox is empty.</summary>
    /// <exception cref="ChatException">The server cannot be reached; the outbox is unchanged.</exception>
    public static async Task<IReadOnlyList<RecoveredPost>> RunAsync(ChatClientOptions options, Outbox outbox, CancellationToken cancellationToken)
    {
        var left = outbox.Unsettled;
        if (left.Count == 0)
            return [];
        var isTooOld = options.TimeProvider.GetUtcNow() - outbox.LastWritten > TooOld;
        var given = left.ToLookup(post => isTooOld && post.Key is null);
        var outcomes = given[true].ToDictionary(post => post, post => new RecoveredPost(post,
            ChatException.Refused(ErrorCode.PublisherForgotten, "it is too long ago to be sent again without perhaps being stored twice")));
        if (given[false].Any())
            await SendAsync(options, outbox, [.. given[false]], outcomes, cancellationToken).ConfigureAwait(false);
        else
            outbox.Begin(outbox.Publisher, FirstNotSettled(left, outcomes, options.StopAtRefusal));
        return [.. left.GroupBy(post => (post.Address, post.Peer)).SelectMany(room => room).Select(post => outcomes[post])];
    }

    private static async Task SendAsync(
        ChatClientOptions options, Outbox outbox, IReadOnlyList<UnsettledPost> posts, Dictionary<UnsettledPost, RecoveredPost> outcomes,
        CancellationToken cancellationToken)
    {
        options = options with { Publisher = outbox.Publisher, Inbox = false };
        var session = await ReconnectingSession.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            foreach (var room in posts.GroupBy(post => (post.Address, post.Peer)))
                await SendAsync(session, room.Key.Address, room.Key.Peer, [.. room], outcomes, cancellationToken).ConfigureAwait(false);
            // Emptied before the publisher ends: a run killed in between must not leave posts for a server that has
            // forgotten the publisher.
            outbox.Begin(outbox.Publisher, FirstNotSettled(outbox.Unsettled, outcomes, options.StopAtRefusal));
            await session.QuitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The first post of the input that is neither stored nor refused for good.</summary>
    private static UnsettledPost? FirstNotSettled(
        IEnumerable<UnsettledPost> posts, Dictionary<UnsettledPost, RecoveredPost> outcomes, bool stopsAtRefusal) => posts
        .Where(post => post.Tag is not null && outcomes[post].Error is { } error && (stopsAtRefusal || !Publisher.IsFinal(error)))
        .MinBy(post => post.TagIndex);

    private static async Task SendAsync(
        ReconnectingSession session, string address, ulong? peer, IReadOnlyList<UnsettledPost> posts, Dictionary<UnsettledPost, RecoveredPost> outcomes,
        CancellationToken cancellationToken)
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
            foreach (var post in posts)
                outcomes[post] = new RecoveredPost(post, e);
            return;
        }
        if (posts.FirstOrDefault(post => post.Key is null) is { } counted)
            session.Continue(room.State, counted.Counter);
        var calls = posts.Select(post => session.CallAsync(new PostCall(room.State, post.Text, post.Key?.ToArray()) { Details = post.Details, MayBeStored = true }, cancellationToken)).ToList();
        foreach (var (post, call) in posts.Zip(calls))
        {
            try
            {
                outcomes[post] = new RecoveredPost(post, await call.ConfigureAwait(false));
            }
            catch (ChatException e) when (e.Failure == ChatFailure.Refused)
            {
                outcomes[post] = new RecoveredPost(post, e);
            }
        }
    }
}
