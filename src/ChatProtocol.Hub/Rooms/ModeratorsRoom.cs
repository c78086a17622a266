namespace ChatProtocol.Hub;

/// <summary>
/// The room by invitation that reports are gathered in. It is the server's own, and made with the first report; whoever may moderate the server
/// sees it by that, without a role in it.
/// </summary>
internal sealed class ModeratorsRoom
{
    /// <summary>Its name, which other rooms by invitation may have as well.</summary>
    public const string Name = "moderators";

    private readonly HubClock _clock;
    private readonly GroupCommit _groupCommit;
    private readonly Principals _principals;
    private readonly RoomDirectory _directory;
    private readonly RetentionEnforcer _retention;
    private ulong _id;

    public ModeratorsRoom(HubClock clock, GroupCommit groupCommit, Principals principals, RoomDirectory directory, RetentionEnforcer retention, StartupContents contents)
    {
        _clock = clock;
        _groupCommit = groupCommit;
        _principals = principals;
        _directory = directory;
        _retention = retention;
        _id = contents.ModeratorsRoom;
        directory.Listed.OfModerators = Find();
    }

    /// <summary>The room, new if need be; null if the request continues when there is an id for it.</summary>
    public Room? FindOrMake(IAsker asker, ulong id, Action goOn)
    {
        if (Find() is { } room)
            return room;
        if (_directory.Ids.HasOne)
            return Make();
        _directory.Ids.Await(asker, id, goOn);
        return null;
    }

    private Room? Find() => _id == 0 ? null : _directory.Find(_id);

    private Room Make()
    {
        var room = _directory.Create(RoomKind.ByInvitation, new RoomName(Name), _principals.Server, _clock.Ticks);
        _id = room.Id;
        _directory.Listed.OfModerators = room;
        var keeps = new RetentionLimits(ReportBook.KeptFor, null, null);
        _retention.Changing(room);
        _groupCommit.Open.Add(new LogChange.SetModeratorsRoom(room.Id));
        _groupCommit.Open.Add(new LogChange.LimitRoom(room.Record with { Keeps = keeps }), new CommitCallbacks(
            () =>
            {
                room.Keeps = keeps;
                _retention.Changed(room);
            },
            () =>
            {
                _retention.NotChanged(room);
                _id = 0;
                _directory.Listed.OfModerators = null;
            }));
        return room;
    }
}
