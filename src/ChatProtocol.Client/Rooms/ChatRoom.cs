using System.Runtime.CompilerServices;

namespace ChatProtocol.Client;

/// <summary>
/// A room as one <see cref="ChatClient"/> sees it. Each join makes a new object, and the one before stays as it was left; a joined
/// room stays the same object when the connection is lost and restored. Thread-safe; the exceptions of its calls are those of
/// <see cref="ChatClient"/>.
/// </summary>
public sealed partial class ChatRoom
{
    private readonly IRoomRequests _requests;

    internal ChatRoom(IRoomRequests requests, RoomIdentity identity, RoomInfo info, PresenceMode? joinedWith) =>
        (_requests, Name, State) = (requests, info.Name, new RoomState(identity, info, joinedWith));

    internal ChatRoom(IRoomRequests requests, RoomIdentity identity, PrivateRoom room) =>
        (_requests, Name, State) = (requests, room.Name, new RoomState(identity, room));

    /// <summary>The room's id in messages and posts. A restored server may give another.</summary>
    public ulong Id => State.Identity.Id;

    /// <summary>Public, private to two users, or by invitation.</summary>
    public RoomKind Kind => State.Identity.Kind;

    /// <summary>The room's name as the server shows it; for a private room the peer's, without a mark.</summary>
    public string Name { get; }

    /// <summary>
    /// The address that <see cref="ChatClient.JoinAsync"/> takes: the name, with the mark before a private room's, or the id of a room by
    /// invitation.
    /// </summary>
    public string Address => Kind == RoomKind.ByInvitation ? State.Identity.Address : new RoomAddress(Kind, Name).ToString();

    /// <summary>
    /// The title, empty for none. It, the other settings and this client's own role and restriction are those that the server told last:
    /// when the room was opened or joined, and in a joined room with each entry that came since.
    /// </summary>
    public string Title => State.Settings.Title;

    /// <summary>What the room is about; empty for nothing.</summary>
    public string Topic => State.Settings.Topic;

    /// <summary>Whether only those with a role in the room may post.</summary>
    public bool IsModerated => State.Settings.IsModerated;

    /// <summary>Whether nobody may post.</summary>
    public bool IsArchived => State.Settings.IsArchived;

    /// <summary>
    /// The least time between two posts of one user below moderator; null for none. A post that comes earlier waits on the server, and is
    /// lost if the session ends (CP-ROL-032).
    /// </summary>
    public TimeSpan? SlowMode => State.Settings.SlowMode;

    /// <summary>This client's own role in the room; an admin of the server may more than it says.</summary>
    public RoomRole Role => State.Settings.Role;

    /// <summary>This client's own restriction in the room, which holds until <see cref="RestrictedUntil"/>.</summary>
    public RoomRestriction Restriction => State.Settings.Restriction;

    /// <summary>When the restriction ends by itself, by the server's clock and without an event; null for never, or if there is none.</summary>
    public DateTimeOffset? RestrictedUntil => State.Settings.Until;

    /// <summary>The epoch that seqs are counted in. A restored server begins a new one.</summary>
    public ulong Epoch => State.Epoch;

    /// <summary>The first seq of the epoch.</summary>
    public ulong First => State.First;

    /// <summary>The other principal of a private room; null for another.</summary>
    public ulong? Peer => State.Identity.Peer;

    /// <summary>The first seq that was kept when the room was last opened or joined: entries below it have expired.</summary>
    public ulong Oldest => State.Oldest;

    /// <summary>The seq of the last known entry, 0 for none: it grows with the messages received and posted.</summary>
    public ulong Head => State.Head;

    /// <summary>
    /// The place behind the last entry that was taken from <see cref="EventsAsync"/> or <see cref="ChatClient.EventsAsync"/>, or that was told
    /// missing: joining from it misses nothing.
    /// </summary>
    public ChatCursor Cursor => State.Cursor;

    /// <summary>
    /// How far this user has read, on whatever device, and how much it has not: as <see cref="MarkReadAsync"/> or <see cref="MarkerMoved"/> told it last, with the
    /// entries that a joined room has received since. Null before it was told, and once the connection was lost.
    /// </summary>
    public ChatUnread? Unread => State.Unread.Value;

    /// <summary>Whether the room delivers its messages to this client.</summary>
    public bool Joined => State.Joined;

    /// <summary>
    /// The events of this room alone, in order: a reader that is slow here slows nothing else. From the first call on, those that wait already
    /// included, they come here and no more in <see cref="ChatClient.EventsAsync"/>. One reader at a time; a reader that stops can continue
    /// later where it stopped. They end when the room is left, removed or lost, of which the last event tells, or with
    /// <c>SessionEnded</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is a reader already.</exception>
    public IAsyncEnumerable<ChatEvent> EventsAsync(CancellationToken cancellationToken = default) => _requests.EventsAsync(State, cancellationToken);

    /// <summary>Leaves the room. Messages delivered before may still wait among the events.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken = default) => _requests.LeaveAsync(State, cancellationToken);

    /// <summary>
    /// Posts to the room, which need not be joined; completes when the message is durable. Any number of posts may be under way: they
    /// are stored in the order of the calls, and if one is refused those behind it still are. Await them now and then, or all those
    /// that wait stay in memory.
    /// </summary>
    /// <param name="text">The text; not empty and at most <see cref="Limits.Text"/> bytes, or it is refused.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> PostAsync(Text text, CancellationToken cancellationToken) => PostAsync(text, options: null, cancellationToken);

    /// <summary>
    /// Posts to the room as the other overload does, which has the rest. A post with a <see cref="PostOptions.Key"/> keeps its place among the
    /// others when they are sent again after a loss; if it is refused, nothing else is held up, nor stopped by
    /// <see cref="ChatClientOptions.StopAtRefusal"/>.
    /// </summary>
    /// <param name="text">The text; not empty and at most <see cref="Limits.Text"/> bytes, or it is refused.</param>
    /// <param name="options">The key, the tag, and what the message carries beside its text; null for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The key is empty or too long, or a seq is none.</exception>
    /// <exception cref="InvalidOperationException">There is a tag, and no <see cref="ChatClientOptions.Outbox"/> to keep it.</exception>
    public Task<PostReceipt> PostAsync(Text text, PostOptions? options = null, CancellationToken cancellationToken = default)
    {
        options?.CheckNumbers();
        var posting = ArgumentChecks.ValidateText(text, _requests.Limits.Text) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : _requests.CallAsync(
                new PostCall(State, text, options?.KeyBytes()) { Options = options, Details = options?.Details, MayTakeLong = SlowMode is not null }, cancellationToken);
        return MessageOperation.IsObserved ? MessageOperation.SendAsync(posting, Destination) : posting;
    }

    /// <summary>
    /// Tells that this user has read up to an entry, and so the entries before it. A marker never goes back: an earlier entry changes nothing, and 0 only asks.
    /// It may be called for every entry that is shown; the server stores the marker within a second, and tells the user's other devices.
    /// </summary>
    /// <param name="seq">The last entry that was read; null for the last one that was taken (<see cref="Cursor"/>).</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The marker as it is then, and what is unread.</returns>
    public Task<ChatUnread> MarkReadAsync(ulong? seq = null, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(seq);
        var read = seq ?? Cursor.Seq;
        return _requests.CallAsync<Marked, ChatUnread>(
            id => new MarkRead(id, Id, read),
            marked =>
            {
                var unread = ChatUnread.Of(marked);
                State.Unread.Told(unread);
                return unread;
            },
            cancellationToken);
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
    /// Reads all messages of the room between two seqs, page by page as they are wanted. Entries that are damaged, or of another kind,
    /// are left out: <see cref="PagesAsync"/> includes them.
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

    /// <summary>Finds what was said with some words in this room, which need not be joined; otherwise as <see cref="ChatClient.SearchAsync"/>.</summary>
    /// <param name="query">The words; at most 1,024 bytes of UTF-8.</param>
    /// <param name="options">What else is asked of an entry; null for nothing.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IAsyncEnumerable<SearchHit> SearchAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        return SearchPages.HitsAsync(SearchPagesAsync(query, options, cancellationToken), cancellationToken);
    }

    /// <summary>The same as <see cref="SearchAsync"/>, one answer of the server at a time (<see cref="ChatClient.SearchPagesAsync"/>).</summary>
    /// <param name="query">The words; at most 1,024 bytes of UTF-8.</param>
    /// <param name="options">What else is asked of an entry; null for nothing.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public IAsyncEnumerable<SearchPage> SearchPagesAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchPages.ReadAsync(_requests, State, query, options, cancellationToken);
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

    /// <summary>Sets the topic, as a moderator of the room may (<see cref="ChangeAsync"/>).</summary>
    /// <param name="topic">What the room is about, at most <see cref="RoomChange.MaxTopic"/> bytes of UTF-8; empty for nothing.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> SetTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return ChangeAsync(new RoomChange { Topic = topic }, cancellationToken);
    }

    /// <summary>Sets the title, as a moderator of the room may (<see cref="ChangeAsync"/>).</summary>
    /// <param name="title">The title, at most <see cref="RoomChange.MaxTitle"/> bytes of UTF-8; empty for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> SetTitleAsync(string title, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(title);
        return ChangeAsync(new RoomChange { Title = title }, cancellationToken);
    }

    /// <summary>
    /// Changes settings of the room, which need not be joined; completes when the change and the entry that tells it are durable. A
    /// moderator may change title and topic, an owner every setting; others are refused with <see cref="ErrorCode.Denied"/>.
    /// </summary>
    /// <param name="change">The settings to change.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry; without a seq if nothing changed.</returns>
    /// <exception cref="ArgumentException">It changes nothing, or something to what no room can have.</exception>
    public Task<PostReceipt> ChangeAsync(RoomChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        change.Validate();
        return DoAsync(id => change.ToFrame(id, Id), cancellationToken);
    }

    /// <summary>
    /// Gives a user a role in the room, or takes it; completes when it is durable. An owner gives every role, a moderator that of a member
    /// alone, each to users below itself; everybody may take a lower role itself. Others are refused with <see cref="ErrorCode.Denied"/>.
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="role">The role; <see cref="RoomRole.None"/> removes the user from a room by invitation.</param>
    /// <param name="reason">Told to everybody in the room; at most <see cref="Ban.MaxReason"/> bytes of UTF-8, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if nothing changed.</returns>
    public Task<PostReceipt> SetRoleAsync(string name, RoomRole role, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckReason(reason, Ban.MaxReason);
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : DoAsync(id => new SetRole(id, Id, name, role, reason), cancellationToken);
    }

    /// <summary>
    /// Makes a user a member of the room, unless it has a role there already; one that is new in a room by invitation is told so
    /// (<see cref="InvitedToRoom"/>).
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if the user had a role.</returns>
    public Task<PostReceipt> InviteAsync(string name, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal ? Task.FromException<PostReceipt>(refusal) : InviteCheckedAsync(name, cancellationToken);
    }

    /// <summary>
    /// Mutes a user: it reads on, and what it posts in the room is refused with <see cref="ErrorCode.Muted"/>. There is one restriction of
    /// a user in a room, and a new one takes its place. Only for users below oneself in the room; a moderator's right.
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="lasts">How long, in whole milliseconds; null for good.</param>
    /// <param name="reason">Told to everybody in the room; at most <see cref="Ban.MaxReason"/> bytes of UTF-8, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if nothing changed.</returns>
    public Task<PostReceipt> MuteAsync(string name, TimeSpan? lasts = null, string reason = "", CancellationToken cancellationToken = default) =>
        RestrictAsync(name, RoomRestriction.Muted, lasts, reason, cancellationToken);

    /// <summary>Lets a user post again: lifts its restriction, whichever it is.</summary>
    /// <param name="name">The user's name, or the one that <see cref="RolesAsync"/> lists.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> UnmuteAsync(string name, CancellationToken cancellationToken = default) =>
        RestrictAsync(name, RoomRestriction.None, lasts: null, reason: "", cancellationToken);

    /// <summary>
    /// Bans a user from the room, who loses its role, leaves at once (<see cref="ExpelledFromRoom"/>) and can neither read nor post there.
    /// Otherwise as <see cref="MuteAsync"/>.
    /// </summary>
    /// <param name="name">The user's name.</param>
    /// <param name="lasts">How long, in whole milliseconds; null for good.</param>
    /// <param name="reason">Told to the user and everybody in the room; at most <see cref="Ban.MaxReason"/> bytes of UTF-8, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The place of the entry that tells it; without a seq if nothing changed.</returns>
    public Task<PostReceipt> BanAsync(string name, TimeSpan? lasts = null, string reason = "", CancellationToken cancellationToken = default) =>
        RestrictAsync(name, RoomRestriction.Banned, lasts, reason, cancellationToken);

    /// <summary>
    /// Lets a user into the room again: lifts its restriction, whichever it is. The user joins itself, and has no role; into a room by
    /// invitation it is to be invited.
    /// </summary>
    /// <param name="name">The user's name, or the one that <see cref="RolesAsync"/> lists.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<PostReceipt> UnbanAsync(string name, CancellationToken cancellationToken = default) =>
        RestrictAsync(name, RoomRestriction.None, lasts: null, reason: "", cancellationToken);

    /// <summary>
    /// Reports an entry to the moderators of the server, who are told by whom; completes when it is durable. A second report of the same entry
    /// changes nothing. Fails with <see cref="ErrorCode.NoSuchEntry"/> if there is nothing to read of it, and with
    /// <see cref="ErrorCode.RateLimited"/> after many reports (CP-REP-001).
    /// </summary>
    /// <param name="seq">The entry's number (<see cref="ChatEntry.Seq"/>).</param>
    /// <param name="reason">Why; at most <see cref="Ban.MaxReason"/> bytes of UTF-8, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ReportAsync(ulong seq, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(seq);
        ArgumentChecks.CheckReason(reason, Ban.MaxReason);
        return _requests.CallAsync<Ok, bool>(id => new Report(id, Id, seq, reason), static _ => true, cancellationToken);
    }

    /// <summary>
    /// Lists those who have a role in the room by ascending principal, page by page; for a moderator also those who have a restriction.
    /// </summary>
    public IAsyncEnumerable<ChatRoleInfo> RolesAsync(CancellationToken cancellationToken = default)
    {
        return ListPages.ReadAsync(
            (after, ct) => _requests.CallAsync<RoleList, ListPage<ChatRoleInfo>>(
                id => new RoomRoles(id, Id, after), list => new([.. list.Items.Select(ChatRoleInfo.Of)], list.More), ct),
            role => role.Principal,
            cancellationToken);
    }

    /// <summary>The room's <see cref="Address"/>.</summary>
    public override string ToString() => Address;

    /// <summary>The state of the room as the client knows it; it is told of all that happens there.</summary>
    internal RoomState State { get; }

    internal MessageDestination Destination => new(Kind, Address, _requests.Address);

    private Task<PostReceipt> DoAsync(Func<ulong, Request> request, CancellationToken cancellationToken, bool mayRepeat = true) =>
        _requests.CallAsync<Posted, PostReceipt>(request, posted => PostReceipt.Of(posted, Id, State.Identity.Epoch), cancellationToken, mayRepeat);

    /// <summary>The role of somebody who has a higher one is not taken by an invitation.</summary>
    private async Task<PostReceipt> InviteCheckedAsync(string name, CancellationToken cancellationToken)
    {
        var hasRole = await RolesAsync(cancellationToken).AnyAsync(
            one => one.Role > RoomRole.None && one.Name.Equals(name, StringComparison.OrdinalIgnoreCase), cancellationToken).ConfigureAwait(false);
        return hasRole ? new PostReceipt { Room = Id, Epoch = State.Identity.Epoch } : await SetRoleAsync(name, RoomRole.Member, "", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A restriction for a time is not repeated, as it would begin anew.</summary>
    private Task<PostReceipt> RestrictAsync(string name, RoomRestriction restriction, TimeSpan? lasts, string reason, CancellationToken cancellationToken)
    {
        ArgumentChecks.CheckReason(reason, Ban.MaxReason);
        var milliseconds = ArgumentChecks.Milliseconds(lasts);
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : DoAsync(id => new Restrict(id, Id, name, restriction, milliseconds, reason), cancellationToken, mayRepeat: lasts is null);
    }

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
