namespace ChatProtocol.Hub;

/// <summary>
/// A room: a log with two heads. Posts are numbered at the assigned head; members, history, duplicates and joiners know
/// only the committed one.
/// </summary>
internal sealed class Room
{
    private OpenSegment? _open;
    private RoomPresence? _presence;

    public Room(RoomRecord record, Principal? low, Principal? high)
    {
        Record = record;
        CanonicalName = ChatProtocol.CanonicalName.Of(record.Name);
        Low = low;
        High = high;
        Assigned = Committed = record.Head;
        LastTime = CommittedTime = record.Time;
        IsStored = record.Head > 0;
        Oldest = record.Oldest;
        Keeps = record.Keeps;
    }

    public RoomRecord Record { get; }

    public ulong Id => Record.Id;

    public string CanonicalName { get; }

    /// <summary>The two of a private room.</summary>
    public Principal? Low { get; }

    public Principal? High { get; }

    public bool IsPrivate => Record.Kind == RoomKind.Private;

    public ulong Assigned { get; set; }

    public ulong Committed { get; set; }

    public ulong LastTime { get; set; }

    public ulong CommittedTime { get; set; }

    /// <summary>The first seq that is given to anybody; what is below it has expired (CP-HIS-007).</summary>
    public ulong Oldest { get; set; }

    /// <summary>What has to be kept; null for everything.</summary>
    public RetentionLimits? Keeps { get; set; }

    /// <summary>Whether it is no more: no directory has it, and nothing of it is given to anybody.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Whether the log knows the room; its record goes with the first entry.</summary>
    public bool IsStored { get; set; }

    /// <summary>On the clock that never jumps.</summary>
    public long Created { get; init; }

    /// <summary>Whether lists may show it, for somebody is or was in it.</summary>
    public bool IsListed { get; set; }

    /// <summary>The last seq of the batch that the log is storing; not above the committed head if there is none.</summary>
    public ulong UnderWay { get; set; }

    /// <summary>Made when somebody speaks for the first time since the start.</summary>
    public OpenSegment Open => _open ??= new OpenSegment(Id);

    public RoomTail Tail { get; } = new();

    public RoomMembers Members { get; } = new();

    /// <summary>Made when it is first looked at, as most rooms are not.</summary>
    public RoomPresence Presence => _presence ??= new RoomPresence();

    /// <summary>Nobody is here and nothing was ever said: nobody would notice if it went.</summary>
    public bool IsUnused => Assigned == 0 && Members.Count == 0;

    /// <summary>It is removed. Without a head nobody is behind, and so nothing more is sent.</summary>
    public void Remove()
    {
        IsRemoved = true;
        Assigned = Committed = 0;
    }

    public Principal PeerOf(Principal self) => self == Low ? High! : Low!;

    /// <summary>The name as this principal sees it.</summary>
    public string NameFor(Principal self) => IsPrivate ? PeerOf(self).Name : Record.Name;
}
