using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The members of the joined rooms, and the words for what changes. Thread-safe.</summary>
internal sealed class RoomMembers
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, PresenceTracker> _byRoom = [];

    /// <summary>All names, each once, for completion.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _byRoom.Values.SelectMany(room => room.Names.Values).Distinct().Order(StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Sets the members of a room that was just joined.</summary>
    public void Fill(ChatRoom room, IEnumerable<ChatMember> members)
    {
        lock (_lock)
            Of(room).Fill(members.Select(member => new PresentUser(member.Principal, member.Name)));
    }

    public void Forget(ChatRoom room)
    {
        lock (_lock)
            _byRoom.Remove(room.Id);
    }

    /// <summary>Applies a change. Before the list of a room is there nothing is told: somebody new may only have a new name.</summary>
    public PresenceNews Apply(PresenceChanged change, ulong self)
    {
        lock (_lock)
        {
            var presence = new Presence(change.Room.Id, change.Count, ToUsers(change.Arrived), ToUsers(change.Left));
            var members = Of(change.Room);
            var changes = members.Apply(presence, self, out var needsList);
            return new PresenceNews([.. changes.Where(_ => members.IsWhole).Select(member => InWords(member, change.Room))], needsList);
        }
    }

    private PresenceTracker Of(ChatRoom room)
    {
        if (!_byRoom.TryGetValue(room.Id, out var members))
            _byRoom.Add(room.Id, members = new PresenceTracker());
        return members;
    }

    private static List<PresentUser> ToUsers(IEnumerable<ChatUser> users) => [.. users.Select(user => new PresentUser(user.Principal, user.Name))];

    private static string InWords(MemberChange change, ChatRoom room) => change switch
    {
        { Before: null } => $"{change.Now} is here in {room.Label()}",
        { Now: null } => $"{change.Before} has left {room.Label()}",
        _ => $"{change.Before} is now called {change.Now}",
    };
}

/// <summary>The news of a change.</summary>
/// <param name="Lines">The lines to show.</param>
/// <param name="IsListNeeded">Whether the room's list has to be asked for again.</param>
internal readonly record struct PresenceNews(IReadOnlyList<string> Lines, bool IsListNeeded);
