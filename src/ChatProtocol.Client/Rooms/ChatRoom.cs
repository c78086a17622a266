using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// A room as one <see cref="ChatClient"/> sees it. Each join makes a new object, and the one before stays as it was left; a joined
/// room stays the same object when the connection is lost and restored. Thread-safe; the exceptions of its calls are those of
/// <see cref="ChatClient"/>.
/// </summary>
public sealed class ChatRoom
{
    private readonly IRoomRequests _requests;

    internal ChatRoom(IRoomRequests requests, RoomIdentity identity, RoomInfo info, PresenceMode? joinedWith) =>
        (_requests, Name, State) = (requests, info.Name, new RoomState(identity, info, joinedWith));

    internal ChatRoom(IRoomRequests requests, RoomIdentity identity, PrivateRoom room) =>
        (_requests, Name, State) = (requests, room.Name, new RoomState(identity, room));

    /// <summary>The room's id in messages and posts. A restored server may give another.</summary>
    public ulong Id => State.Identity.Id;

    /// <summary>Public, or private to two users.</summary>
    public RoomKind Kind => State.Identity.Kind;

    /// <summary>The room's name as the server shows it; for a private room the peer's, without a mark.</summary>
    public string Name { get; }

    /// <summary>The epoch that seqs are counted in: keep it together with a stored cursor. A restored server begins a new one.</summary>
    public ulong Epoch => State.Epoch;

    /// <summary>The first seq of the epoch.</summary>
    public ulong First => State.First;

    /// <summary>The other principal of a private room; null for a public one.</summary>
    public ulong? Peer => State.Identity.Peer;

    /// <summary>The first seq that was kept when the room was last opened or joined: entries below it have expired.</summary>
    public ulong Oldest => State.Oldest;

    /// <summary>The seq of the last known entry, 0 for none: it grows with the messages received and posted.</summary>
    public ulong Head => State.Head;

    /// <summary>
    /// The seq of the last message taken from <see cref="ChatClient.EventsAsync"/>, or of the last that was told missing: joining after
    /// it misses nothing.
    /// </summary>
    public ulong Cursor => State.Cursor;

    /// <summary>Whether the room delivers its messages to this client.</summary>
    public bool Joined => State.Joined;

    /// <summary>Leaves the room. Messages delivered before may still wait among the events.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken = default)
    {
        return _requests.LeaveAsync(State, cancellationToken);
    }

    /// <summary>
    /// Posts to the room, which need not be joined; completes when the message is durable. Any number of posts may be under way: they
    /// are stored in the order of the calls, and if one is refused those behind it still are. Await them now and then, or all those
    /// that wait stay in memory.
    /// </summary>
    /// <param name="text">The text; not empty and at most <see cref="Limits.Text"/> bytes, or it is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> PostAsync(Text text, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateText(text, _requests.Limits.Text) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : _requests.CallAsync(new PostCall(State, text), cancellationToken);
    }

    /// <summary>
    /// Reads one page of the room's history: the last entries, those before a seq, or those after one; of all entries or of those
    /// between two times. A public room need not be joined. Only the first page is found by time; the next ones are found by seq, with
    /// the times left as they were.
    /// </summary>
    /// <param name="count">The most entries wanted, at least 1; no more than <see cref="Limits.Page"/> come.</param>
    /// <param name="before">Reads the last entries below this seq.</param>
    /// <param name="after">Reads the first entries above this seq; not together with <paramref name="before"/>.</param>
    /// <param name="since">
    /// Only entries from this time on, by the server's clock; without <paramref name="before"/> the first of them.
    /// </param>
    /// <param name="until">Only entries from before this time, by the server's clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<HistoryPage> HistoryAsync(
        int count, ulong? before = null, ulong? after = null, DateTimeOffset? since = null, DateTimeOffset? until = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentChecks.CheckNumber(before);
        ArgumentChecks.CheckNumber(after);
        if (before is not null && after is not null)
            throw new ArgumentException("A page lies before a seq or after one, not both.", nameof(after));
        return _requests.CallAsync(new HistoryCall(State, Math.Min(count, _requests.Limits.Page), before, after, since, until), cancellationToken);
    }

    /// <summary>
    /// Reads all messages of the room between two seqs, page by page as they are wanted. Entries that are damaged, or of a kind
    /// that this version does not know, are left out: <see cref="PagesAsync"/> includes them.
    /// </summary>
    /// <param name="after">Entries above this seq are wanted; 0 for the beginning.</param>
    /// <param name="through">The last seq wanted; null for the room's last entry at the time of reading.</param>
    /// <param name="since">Only entries from this time on, by the server's clock.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<ChatMessage> MessagesAsync(
        ulong after = 0, ulong? through = null, DateTimeOffset? since = null, CancellationToken cancellationToken = default)
    {
        return Messages(Pages(after, through ?? Limits.MaxInteger, since, cancellationToken), cancellationToken);
    }

    /// <summary>Reads all entries between two seqs, including those missing: each page has entries, gaps, or both.</summary>
    /// <param name="after">Entries above this seq are wanted; 0 for the beginning.</param>
    /// <param name="through">The last seq wanted; null for the room's last entry at the time of reading.</param>
    /// <param name="since">Only entries from this time on, by the server's clock.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public IAsyncEnumerable<HistoryPage> PagesAsync(
        ulong after = 0, ulong? through = null, DateTimeOffset? since = null, CancellationToken cancellationToken = default)
    {
        return Pages(after, through ?? Limits.MaxInteger, since, cancellationToken);
    }

    /// <summary>
    /// Finds where the last messages of the room begin: the seq behind which so many lie, for <see cref="PagesAsync"/> or the
    /// cursor of a join. Entries that only change others are not counted (CP-MSG-016).
    /// </summary>
    /// <param name="count">How many messages.</param>
    /// <param name="through">The last seq that counts; null for the room's last entry.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A seq; 0 if there are no more messages than wanted.</returns>
    public async Task<ulong> SeqBeforeLastAsync(ulong count, ulong? through = null, CancellationToken cancellationToken = default)
    {
        var last = Math.Min(through ?? Head, Limits.MaxInteger - 1);
        while (count > 0 && last > 0)
        {
            var most = (int)Math.Min(count, (ulong)_requests.Limits.Page);
            var page = await HistoryAsync(most, before: last + 1, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (page.First == 0)
                return 0;
            count -= Math.Min(count, page.Said);
            last = page.First - 1;
        }
        return last;
    }

    /// <summary>Lists the users in the room by ascending principal, page by page.</summary>
    public IAsyncEnumerable<ChatMember> MembersAsync(CancellationToken cancellationToken = default)
    {
        return ListPages.ReadAsync(
            (after, ct) => _requests.CallAsync<MemberList, ListPage<ChatMember>>(
                id => new Members(id, Id, after), list => new([.. list.Items.Select(ChatMember.Of)], list.More), ct),
            member => member.Principal,
            cancellationToken);
    }

    /// <summary>The room's address: its name, with the mark before a private room's.</summary>
    public override string ToString() => new RoomAddress(Kind, Name).ToString();

    /// <summary>The state of the room as the client knows it; it is told of all that happens there.</summary>
    internal RoomState State { get; }

    private static async IAsyncEnumerable<ChatMessage> Messages(IAsyncEnumerable<HistoryPage> pages, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in pages.WithCancellation(cancellationToken).ConfigureAwait(false))
            foreach (var message in page.Entries.OfType<ChatMessage>())
                yield return message;
    }

    private async IAsyncEnumerable<HistoryPage> Pages(
        ulong after, ulong through, DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (after < through)
        {
            var count = (int)Math.Min(through - after, (ulong)Math.Max(_requests.Limits.Page, 1));
            var page = await HistoryAsync(count, after: after, since: since, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (page.Last == 0)
                yield break;
            // The first page may lie further on than was asked for, and reach beyond the end.
            yield return page.Last <= through ? page : page with
            {
                Entries = [.. page.Entries.TakeWhile(entry => entry.Seq <= through)],
                Gaps = [.. page.Gaps.TakeWhile(gap => gap.First <= through)],
            };
            if (!page.More)
                yield break;
            after = page.Last;
        }
    }
}
