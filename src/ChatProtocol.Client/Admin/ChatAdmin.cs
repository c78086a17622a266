using System.Runtime.CompilerServices;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>Administers a server; a part of <see cref="ChatClient"/>, which owns the connection. Thread-safe.</summary>
public sealed class ChatAdmin
{
    private readonly ReconnectingSession _session;

    internal ChatAdmin(ReconnectingSession session)
    {
        _session = session;
        Accounts = new ChatAccounts(session);
    }

    /// <summary>The accounts of others.</summary>
    public ChatAccounts Accounts { get; }

    /// <summary>Lists the connections by ascending number, page by page.</summary>
    public IAsyncEnumerable<ChatSessionInfo> SessionsAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<SessionList, ListPage<ChatSessionInfo>>(
            id => new Sessions(id, after), list => new([.. list.Items.Select(ChatSessionInfo.Of)], list.More), ct),
        session => session.Session,
        cancellationToken);

    /// <summary>Closes one session.</summary>
    /// <param name="session">The session's number.</param>
    /// <param name="reason">Told to the user; at most <see cref="Bye.MaxReason"/> bytes, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task KickAsync(ulong session, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(session);
        ArgumentChecks.CheckReason(reason, Bye.MaxReason);
        return DoAsync(id => new Kick(id, session, null, reason), cancellationToken);
    }

    /// <summary>Closes all sessions of a name.</summary>
    /// <param name="name">The user's name.</param>
    /// <param name="reason">Told to the user; at most <see cref="Bye.MaxReason"/> bytes, may be empty.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task KickUserAsync(string name, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckReason(reason, Bye.MaxReason);
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : DoAsync(id => new Kick(id, null, name, reason), cancellationToken);
    }

    /// <summary>
    /// Bans a subject and ends the sessions that the ban hits; completes when both are done, and returns the ban and how many it
    /// hit. There is one ban of each key and of each prefix: a new one replaces it (CP-BAN-001).
    /// </summary>
    /// <param name="subject">The user, addresses or session that the ban is for.</param>
    /// <param name="lasts">How long the ban holds, in whole milliseconds; null for good, or for a day where it is an address.</param>
    /// <param name="reason">Told to those that it hits; at most <see cref="Ban.MaxReason"/> bytes, may be empty.</param>
    /// <param name="dryRun">Only counts the sessions that it would hit; the ban returned has no number.</param>
    /// <param name="force">Allows a range larger than a /16 or, for IPv6, a /32, and the addresses of the machine itself.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<BanResult> BanAsync(
        BanSubject subject, TimeSpan? lasts = null, string reason = "", bool dryRun = false, bool force = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentChecks.CheckNumber(subject.Session);
        ArgumentOutOfRangeException.ThrowIfLessThan(lasts ?? TimeSpan.MaxValue, TimeSpan.FromMilliseconds(1), nameof(lasts));
        ArgumentChecks.CheckReason(reason, Ban.MaxReason);
        return _session.CallAsync<BanList, BanResult>(
            id => new Ban(id, subject.Name, subject.Address, subject.Session, (ulong?)lasts?.TotalMilliseconds, reason, dryRun, force),
            list => list.Items.Count == 1 ? new BanResult(ChatBan.Of(list.Items[0]), list.Hit ?? 0) : throw ChatException.BrokenProtocol("a ban was answered without it"),
            cancellationToken);
    }

    /// <summary>
    /// Removes a ban. If there is none, it fails with <see cref="ErrorCode.NoSuchBan"/>, which may mean that a repeat was
    /// not needed.
    /// </summary>
    /// <param name="ban">The ban's number, as <see cref="BansAsync"/> lists it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task UnbanAsync(ulong ban, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(ban);
        return DoAsync(id => new Unban(id, ban, null, null), cancellationToken);
    }

    /// <summary>Removes the ban of a user.</summary>
    /// <param name="name">The name in the ban, or another name of the banned key.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task UnbanUserAsync(string name, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException(refusal)
            : DoAsync(id => new Unban(id, null, name, null), cancellationToken);
    }

    /// <summary>Removes the ban of exactly these addresses.</summary>
    /// <param name="range">The range as it was banned.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task UnbanAddressAsync(AddressRange range, CancellationToken cancellationToken = default) =>
        DoAsync(id => new Unban(id, null, null, range.ToString()), cancellationToken);

    /// <summary>Lists the bans in force by ascending number, page by page.</summary>
    public IAsyncEnumerable<ChatBan> BansAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<BanList, ListPage<ChatBan>>(
            id => new Bans(id, after), list => new([.. list.Items.Select(ChatBan.Of)], list.More), ct),
        ban => ban.Id ?? 0,
        cancellationToken);

    /// <summary>
    /// Removes a room with all its entries; completes once nobody can read it any more and its members were told. The
    /// entries are removed from the files a little later. The name is free then, the id is not (CP-ADM-030).
    /// </summary>
    /// <param name="room">The room's id; not the lobby's.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveRoomAsync(ulong room, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        return DoAsync(id => new RemoveRoom(id, room), cancellationToken);
    }

    /// <summary>Lists the records of the audit log, the newest first, page by page.</summary>
    /// <param name="name">Only acts by or on this name; null for all.</param>
    /// <param name="verb">Only this request, as <see cref="ChatAuditRecord.Verb"/> has it; null for all.</param>
    /// <param name="after">Only records with a higher number; 0 for all.</param>
    /// <param name="before">Only records with a lower number; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ArgumentException">The name or the verb is longer than one can be.</exception>
    public IAsyncEnumerable<ChatAuditRecord> AuditAsync(string? name = null, string? verb = null, ulong after = 0, ulong? before = null, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(after);
        ArgumentChecks.CheckNumber(before);
        if (Encoding.UTF8.GetByteCount(name ?? "") > Names.MaxLength)
            throw new ArgumentException($"A name has at most {Names.MaxLength} bytes of UTF-8.", nameof(name));
        if (Encoding.UTF8.GetByteCount(verb ?? "") > AuditListItem.MaxVerb)
            throw new ArgumentException($"A verb has at most {AuditListItem.MaxVerb} bytes.", nameof(verb));
        return AuditPages.ReadAsync(_session, name, verb, after, before, cancellationToken);
    }

    /// <summary>Sends one user a private message in the server's name. The receipt names no room. Not deduplicated.</summary>
    public Task<PostReceipt> TellAsync(string name, Text text, CancellationToken cancellationToken = default)
    {
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : SayAsync(id => new Tell(id, name, text), text, cancellationToken);
    }

    /// <summary>
    /// Posts to everybody in the server's name, in the lobby and as a notice elsewhere. The receipt names no room. Not deduplicated.
    /// </summary>
    public Task<PostReceipt> BroadcastAsync(Text text, CancellationToken cancellationToken = default) =>
        SayAsync(id => new Broadcast(id, text), text, cancellationToken);

    /// <summary>Gets the server's status.</summary>
    public Task<ServerStatus> StatusAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync<StatusReport, ServerStatus>(id => new Status(id), ServerStatus.Of, cancellationToken);

    /// <summary>
    /// Backs the whole log up to a file, while the server goes on; completes when the copy is whole and synced,
    /// however long that takes. A server started with it counts as restored, and its rooms have new epochs (CP-ADM-009).
    /// </summary>
    /// <param name="path">
    /// The destination on the server's machine: absolute, at most <see cref="Backup.MaxPath"/> bytes, and no file may be
    /// there.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task BackupAsync(string path, CancellationToken cancellationToken = default)
    {
        CheckPath(path);
        return _session.CallAsync(new Call<Ok, bool>(id => new Backup(id, path), static _ => true) { MayTakeLong = true, MayRepeat = false }, cancellationToken);
    }

    /// <summary>
    /// Writes everything, or one room, to a file of text, one JSON object a line, while the server goes on; completes when the file is
    /// whole and synced, however long that takes. It has no passwords, keys, tokens and bans (CP-EXP-001).
    /// </summary>
    /// <param name="path">The destination on the server's machine, as for <see cref="BackupAsync"/>.</param>
    /// <param name="room">The room's id; null for the whole server.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ExportResult> ExportAsync(string path, ulong? room = null, CancellationToken cancellationToken = default)
    {
        CheckPath(path);
        ArgumentChecks.CheckNumber(room);
        return _session.CallAsync(new Call<Exported, ExportResult>(id => new Export(id, path, room), ExportResult.Of) { MayTakeLong = true, MayRepeat = false }, cancellationToken);
    }

    /// <summary>
    /// Takes an export into the server: a whole server into an empty one, or one room, whose name has to be free; completes when all of
    /// it is there, however long that takes. Refused with <see cref="ErrorCode.InvalidValue"/> and a sentence where the file is not as it was
    /// written, or something is in the way (CP-EXP-010).
    /// </summary>
    /// <param name="path">The file on the server's machine: absolute.</param>
    /// <param name="room">The name of the public room to take out of the file; null for all that is in it.</param>
    /// <param name="dryRun">Whether only to check the file and to tell what would be done.</param>
    /// <param name="cancellationToken">Ends the waiting; the import goes on.</param>
    public Task<ImportResult> ImportAsync(string path, string? room = null, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        CheckPath(path);
        if (room is not null && ArgumentChecks.ValidateName(room) is { } refusal)
            return Task.FromException<ImportResult>(refusal);
        return _session.CallAsync(new Call<Imported, ImportResult>(id => new Import(id, path, room, dryRun), ImportResult.Of) { MayTakeLong = true, MayRepeat = false }, cancellationToken);
    }

    /// <summary>Reads and checks the whole log, however long that takes (CP-ADM-010).</summary>
    public Task<LogVerification> VerifyAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync(new Call<Verified, LogVerification>(id => new Verify(id), LogVerification.Of) { MayTakeLong = true }, cancellationToken);

    /// <summary>
    /// Erases the text of an entry for good, in any room; completes once none of the server's files holds it any more,
    /// however long that takes. Backups keep their copy (CP-ADM-012).
    /// </summary>
    /// <param name="room">The room's id.</param>
    /// <param name="seq">The entry's seq.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task EraseAsync(ulong room, ulong seq, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        ArgumentChecks.CheckNumber(seq);
        return _session.CallAsync(new Call<Ok, bool>(id => new Erase(id, room, seq), static _ => true) { MayTakeLong = true }, cancellationToken);
    }

    /// <summary>
    /// Erases the messages that a user has posted lately, for good and in one go; completes once none of the server's files holds any of the texts
    /// any more, however long that takes. Each room is told by a <see cref="ChatPurge"/>. A moderator may do it in a room; in every room that it
    /// sees only an admin, who leaves private rooms of others out unless it names one (CP-PUR-001). Refused with
    /// <see cref="ErrorCode.LogUnavailable"/>, a part may be done, and the rest is when it is asked again.
    /// </summary>
    /// <param name="name">The user's name, be it there or not; in one room also a name that nobody has any more.</param>
    /// <param name="last">How far back, in whole milliseconds; at most 30 days.</param>
    /// <param name="room">The room's id; null for every room.</param>
    /// <param name="dryRun">Whether to erase nothing, and only count.</param>
    /// <param name="cancellationToken">Ends the waiting, and not the purge.</param>
    public Task<PurgeResult> PurgeAsync(string name, TimeSpan last, ulong? room = null, bool dryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        var milliseconds = ArgumentChecks.Milliseconds(last)!.Value;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, Purge.MaxFor, nameof(last));
        return ArgumentChecks.ValidateName(name) is { } refusal
            ? Task.FromException<PurgeResult>(refusal)
            : _session.CallAsync(new Call<Purged, PurgeResult>(id => new Purge(id, name, milliseconds, room, dryRun), PurgeResult.Of) { MayTakeLong = true }, cancellationToken);
    }

    /// <summary>Gets a room's retention (CP-ADM-013).</summary>
    /// <param name="room">The room's id.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<RoomRetention> RetentionAsync(ulong room, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        return _session.CallAsync<Retention, RoomRetention>(id => new Retain(id, room, false, null, null, null), RoomRetention.Of, cancellationToken);
    }

    /// <summary>
    /// Counts the entries that would expire by some limits just now, in <see cref="RoomRetention.Expiring"/>, and changes nothing
    /// (CP-ADM-015). A server that cannot count them leaves it null.
    /// </summary>
    /// <param name="room">The room's id.</param>
    /// <param name="age">How long an entry would be kept, in whole milliseconds; null for ever.</param>
    /// <param name="count">How many entries would be kept; null for all.</param>
    /// <param name="bytes">How many bytes of entries would be kept; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<RoomRetention> CountExpiredAsync(ulong room, TimeSpan? age, ulong? count, ulong? bytes, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        ArgumentChecks.CheckNumber(count);
        ArgumentChecks.CheckNumber(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(age ?? TimeSpan.Zero, TimeSpan.Zero, nameof(age));
        return _session.CallAsync(
            new Call<Retention, RoomRetention>(id => new Retain(id, room, false, (ulong?)age?.TotalMilliseconds, count, bytes, DryRun: true), RoomRetention.Of) { MayTakeLong = true }, cancellationToken);
    }

    /// <summary>
    /// Changes a room's retention: entries beyond any of the limits are removed for good, within two minutes. Without a
    /// limit everything is kept.
    /// </summary>
    /// <param name="room">The room's id.</param>
    /// <param name="age">How long an entry is kept, in whole milliseconds; null for ever.</param>
    /// <param name="count">How many entries are kept; null for all.</param>
    /// <param name="bytes">How many bytes of entries are kept; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<RoomRetention> RetainAsync(ulong room, TimeSpan? age, ulong? count, ulong? bytes, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(room);
        ArgumentChecks.CheckNumber(count);
        ArgumentChecks.CheckNumber(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(age ?? TimeSpan.Zero, TimeSpan.Zero, nameof(age));
        return _session.CallAsync<Retention, RoomRetention>(
            id => new Retain(id, room, true, (ulong?)age?.TotalMilliseconds, count, bytes), RoomRetention.Of, cancellationToken);
    }

    /// <summary>
    /// Confirms that the server's clock is right, although it shows a time far later than the newest message: from then
    /// on entries and names expire again (CP-ADM-020).
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task AcceptTimeAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync<Ok, bool>(id => new AcceptTime(id), static _ => true, cancellationToken);

    /// <summary>
    /// Traces a session: its frames as they come and go, until it ends, which a last one with the code 0 tells. Those that are not taken fast
    /// enough are skipped, and counted. The trace ends when the enumeration does (CP-ADM-050).
    /// </summary>
    /// <param name="session">The session's number, not one's own.</param>
    /// <param name="bodies">
    /// Whether what people write is told as well: for the admin socket, and for an owner who logged in by password. Secrets never are.
    /// </param>
    /// <param name="cancellationToken">Ends the trace.</param>
    /// <exception cref="InvalidOperationException">This client traces a session already; thrown by the enumeration.</exception>
    /// <exception cref="ChatException">The trace was refused, or the connection was lost; thrown by the enumeration.</exception>
    public IAsyncEnumerable<TracedFrame> TraceAsync(ulong session, bool bodies = false, CancellationToken cancellationToken = default)
    {
        ArgumentChecks.CheckNumber(session);
        return FramesOfAsync(session, bodies, cancellationToken);
    }

    private async IAsyncEnumerable<TracedFrame> FramesOfAsync(ulong session, bool bodies, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var frames = _session.Traces.Begin();
        try
        {
            await DoAsync(id => new Trace(id, session, bodies, Stop: false), cancellationToken).ConfigureAwait(false);
            await foreach (var traced in frames.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return TracedFrame.Of(traced);
        }
        finally
        {
            _session.Traces.Drop();
            // A trace that was refused, or is over meanwhile, has nothing to stop, which is refused in turn.
            if (!frames.Completion.IsCompleted)
                await ((Task)DoAsync(id => new Trace(id, session, Bodies: false, Stop: true), CancellationToken.None)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lists the settings as they hold in the running server, page by page; none where it has no configuration (CP-ADM-060).</summary>
    public IAsyncEnumerable<ServerSetting> SettingsAsync(CancellationToken cancellationToken = default) => ListPages.ReadAsync(
        (after, ct) => _session.CallAsync<ConfigurationList, ListPage<ServerSetting>>(
            id => new Configuration(id, after), list => new([.. list.Items.Select(ServerSetting.Of)], list.More), ct),
        setting => setting.Number,
        cancellationToken);

    /// <summary>
    /// Has the server read its configuration again; what it can change while it runs holds then, and <see cref="ServerSetting.Next"/> tells the rest. If
    /// there is a mistake in it, it fails with <see cref="ErrorCode.InvalidValue"/> and the place of each, and nothing has changed
    /// (CP-ADM-061).
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ReloadAsync(CancellationToken cancellationToken = default) =>
        _session.CallAsync(new Call<Ok, bool>(id => new Reload(id), static _ => true) { MayTakeLong = true }, cancellationToken);

    /// <summary>Stops the server in good order; completes when it has agreed, and this session then ends too.</summary>
    /// <param name="grace">The deadline by which every connection is closed, whatever is still under way.</param>
    /// <param name="reason">Told to everybody; at most <see cref="Bye.MaxReason"/> bytes, may be empty.</param>
    /// <param name="back">The time until the server is back; null if it is not coming back.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task ShutdownAsync(TimeSpan grace, string reason = "", TimeSpan? back = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(back ?? TimeSpan.Zero, TimeSpan.Zero, nameof(back));
        ArgumentChecks.CheckReason(reason, Bye.MaxReason);
        return DoAsync(id => new Shutdown(id, (ulong)grace.TotalMilliseconds, reason, (ulong?)back?.TotalMilliseconds), cancellationToken);
    }

    private static void CheckPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Encoding.UTF8.GetByteCount(path) > Backup.MaxPath)
            throw new ArgumentException($"A path has at most {Backup.MaxPath} bytes of UTF-8.", nameof(path));
    }

    private Task<bool> DoAsync(Func<ulong, Request> request, CancellationToken cancellationToken) =>
        _session.CallAsync<Ok, bool>(request, static _ => true, cancellationToken, mayRepeat: false);

    private Task<PostReceipt> SayAsync(Func<ulong, Request> request, Text text, CancellationToken cancellationToken) =>
        ArgumentChecks.ValidateText(text, _session.Limits.Text) is { } refusal
            ? Task.FromException<PostReceipt>(refusal)
            : _session.CallAsync<Posted, PostReceipt>(request, posted => PostReceipt.Of(posted, room: 0, epoch: 0), cancellationToken, mayRepeat: false);
}
