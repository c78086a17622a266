namespace ChatProtocol.Hub;

/// <summary>
/// The handlers for what becomes of messages once they are said, put together: edits, reactions, pins, what is taken back, erased, purged or
/// reported, and what goes with its room.
/// </summary>
internal sealed class MessageVerbs : IVerbHandlers
{
    private readonly IVerbHandlers[] _handlers;

    public MessageVerbs(
        HubOptions options, HubClock clock, HubStatus status, StepCounter steps, ILog log, GroupCommit groupCommit, DirectoryLookups lookups, Publishers publishers, Principals principals,
        RoomDirectory directory, PostKeys keys, AmendmentBook amendments, EntryWriter entries, FanOut fanOut, RetentionEnforcer retention, RoomRemovals removals, RoomAccess access,
        RoomChanges changes, AuditTrail audit, StartupContents contents)
    {
        var reports = new ReportBook(contents);
        var eraser = new EntryEraser(groupCommit, publishers, keys, amendments, directory, entries, fanOut, reports);
        Rules = new PostRules(options, status, principals.Blocks);
        Scrubs = new ScrubSchedule(clock, log);
        Reactions = new ReactionGatherer(clock, amendments, entries, directory, principals.Server);
        _handlers =
        [
            new AmendmentHandlers(clock, amendments, entries, directory, access, Rules, changes, Reactions),
            new AmendmentLists(options, steps, lookups, access),
            new RetractionHandlers(clock, log, groupCommit, amendments, entries, eraser, directory, access, Reactions, Scrubs),
            new PurgeHandlers(clock, steps, log, lookups, principals, directory, access, entries, eraser, audit),
            new ReportHandlers(options, clock, log, groupCommit, principals, directory, access, entries,
                new ModeratorsRoom(clock, groupCommit, principals, directory, retention, contents), reports),
            new RemovalHandlers(groupCommit, directory, access, removals, eraser),
        ];
    }

    /// <summary>What may be said.</summary>
    public PostRules Rules { get; }

    /// <summary>The reactions that are gathered.</summary>
    public ReactionGatherer Reactions { get; }

    /// <summary>When the log's files are cleaned of what was taken back.</summary>
    public ScrubSchedule Scrubs { get; }

    public IEnumerable<Verb> Verbs(RequestNeeds needs) => _handlers.SelectMany(some => some.Verbs(needs));
}
