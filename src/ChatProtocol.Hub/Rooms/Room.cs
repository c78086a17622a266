using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Hub;

/// <summary>
/// A room: a log with two heads. Posts are numbered at the assigned head; members, history, duplicates and joiners see
/// only the committed one.
/// </summary>
internal sealed class Room
{
    private OpenSegment? _open;
    private RoomPresence? _presence;
    private SlowPosts? _slowPosts;

    public Room(RoomRecord record, Principal? low, Principal? high)
    {
        Become(record);
        Name = record.Kind == RoomKind.Public ? new RoomName(record.Name) : null;
        Low = low;
        High = high;
    }

    public RoomRecord Record { get; private set; }

    public ulong Id => Record.Id;

    /// <summary>The name of a public room; null for any other.</summary>
    public RoomName? Name { get; }

    /// <summary>The lower of a private room's two principals by id, and the higher; null for a public room.</summary>
    public Principal? Low { get; }

    public Principal? High { get; }

    public bool IsPrivate => Record.Kind == RoomKind.Private;

    /// <summary>Whether only those with a role in the room may see it.</summary>
    public bool IsByInvitation => Record.Kind == RoomKind.ByInvitation;

    public ulong Assigned { get; set; }

    public ulong Committed { get; set; }

    /// <summary>How many entries up to the assigned head are not said, and how many up to the committed one (<see cref="Segment.Unsaid"/>).</summary>
    public ulong Unsaid { get; set; }

    public ulong CommittedUnsaid { get; set; }

    public ulong LastTime { get; set; }

    public ulong CommittedTime { get; set; }

    /// <summary>The first seq that is given to anybody; entries below it have expired (CP-HIS-007).</summary>
    public ulong Oldest { get; set; }

    /// <summary>The room's retention; null to keep everything.</summary>
    public RetentionLimits? Keeps { get; set; }

    /// <summary>The room's settings, as the open batch leaves them.</summary>
    public RoomSettings Settings { get; set; }

    /// <summary>The roles and restrictions in the room.</summary>
    public RoomStandings Standings { get; private set; }

    /// <summary>The posts in slow mode, made when it is first used.</summary>
    public SlowPosts SlowPosts => _slowPosts ??= new SlowPosts();

    /// <summary>Until then the room has to be remembered, on the monotonic clock: somebody who has posted there in slow mode has to wait.</summary>
    public long SlowUntil => _slowPosts?.LastUntil ?? 0;

    /// <summary>Whether the room was removed: no directory has it, and none of its entries is given to anybody.</summary>
    public bool IsRemoved { get; private set; }

    /// <summary>Whether the log knows the room; its record is stored with the first entry.</summary>
    public bool IsStored { get; set; }

    /// <summary>The principal that created the room, while the log does not have it; null once the log has, and for other rooms.</summary>
    public Principal? Creator { get; set; }

    /// <summary>When the room was last wanted (<see cref="DirectoryLookups.Mark"/>).</summary>
    public long Wanted { get; set; }

    /// <summary>The number of the batch that changed the room last.</summary>
    public long ChangedBy { get; set; }

    /// <summary>Work under way that holds the room, beside what its members and entries are waiting for.</summary>
    public int Pins { get; set; }

    /// <summary>When the room was created, on the monotonic clock.</summary>
    public long Created { get; init; }

    /// <summary>Whether lists may show the room, as it has or had a member or an entry.</summary>
    public bool IsListed { get; set; }

    /// <summary>The last seq of the batch that the log is storing; not above the committed head if there is none.</summary>
    public ulong UnderWay { get; set; }

    /// <summary>The open segment, made at the first post since the start.</summary>
    public OpenSegment Open => _open ??= new OpenSegment(Id);

    public RoomTail Tail { get; } = new();

    public RoomMembers Members { get; } = new();

    /// <summary>The room's presence, made when it is first used, as in most rooms it never is.</summary>
    public RoomPresence Presence => _presence ??= new RoomPresence();

    /// <summary>Whether the room has no member and never had an entry: nobody would notice its removal.</summary>
    public bool IsUnused => Assigned == 0 && Members.Count == 0;

    /// <summary>Takes over what the log has of the room, in which nothing was said before and nobody is.</summary>
    [MemberNotNull(nameof(Record), nameof(Settings), nameof(Standings))]
    public void Become(RoomRecord record)
    {
        Record = record;
        Assigned = Committed = record.Head;
        Unsaid = CommittedUnsaid = record.Unsaid;
        LastTime = CommittedTime = record.Time;
        IsStored = record.Head > 0;
        Oldest = record.Oldest;
        Keeps = record.Keeps;
        Settings = record.Settings;
        Standings = new RoomStandings(record);
    }

    /// <summary>Marks the room as removed. Without a head nobody is behind, and so nothing more is sent.</summary>
    public void Remove()
    {
        IsRemoved = true;
        Assigned = Committed = 0;
    }

    public Principal PeerOf(Principal self) => self == Low ? High! : Low!;

    /// <summary>The name as this principal sees it.</summary>
    public string NameFor(Principal self) => IsPrivate ? PeerOf(self).Name.Text : Record.Name;
}
