using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The members of the joined rooms, from the server's presence. Thread-safe.</summary>
internal sealed class People
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Dictionary<ulong, string>> _byRoom = [];

    /// <summary>Rooms whose changes came without names lately.</summary>
    private readonly HashSet<ulong> _nameless = [];

    /// <summary>All names, each once, for completion.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _byRoom.Values.SelectMany(room => room.Values).Distinct().Order(StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Sets the members of a room that was just joined.</summary>
    public void Fill(ChatRoom room, IEnumerable<ChatMember> members)
    {
        lock (_lock)
        {
            _byRoom[room.Id] = members.ToDictionary(member => member.Principal, member => member.Name);
            _nameless.Remove(room.Id);
        }
    }

    public void Forget(ChatRoom room)
    {
        lock (_lock)
        {
            _byRoom.Remove(room.Id);
            _nameless.Remove(room.Id);
        }
    }

    /// <summary>
    /// Applies a change. In a room with too many members changes come without names; then its list is dropped, and has to be
    /// asked for once names come again.
    /// </summary>
    public PresenceNews Apply(PresenceChanged change, ulong self)
    {
        lock (_lock)
        {
            if (change.Arrived.Count == 0 && change.Left.Count == 0)
            {
                _byRoom.Remove(change.Room.Id);
                _nameless.Add(change.Room.Id);
                return new PresenceNews([], IsListNeeded: false);
            }
            // Before the list of a room is there, nothing can be told from nothing.
            return _byRoom.TryGetValue(change.Room.Id, out var present)
                ? new PresenceNews(Apply(change, present, self), IsListNeeded: false)
                : new PresenceNews([], IsListNeeded: _nameless.Remove(change.Room.Id));
        }
    }

    private static List<string> Apply(PresenceChanged change, Dictionary<ulong, string> present, ulong self)
    {
        var news = new List<string>();
        foreach (var user in change.Arrived.Where(user => user.Principal != self))
        {
            if (!present.TryGetValue(user.Principal, out var before))
                news.Add($"{user.Name} is here in {change.Room}");
            else if (before != user.Name)
                news.Add($"{before} is now called {user.Name}");
            present[user.Principal] = user.Name;
        }
        foreach (var user in change.Left)
            if (present.Remove(user.Principal))
                news.Add($"{user.Name} has left {change.Room}");
        return news;
    }
}

/// <summary>The news of a change.</summary>
/// <param name="Lines">The lines to show.</param>
/// <param name="IsListNeeded">Whether the room's list has to be asked for again.</param>
internal readonly record struct PresenceNews(IReadOnlyList<string> Lines, bool IsListNeeded);
