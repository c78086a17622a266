using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The members of the joined rooms, from the server's presence. Thread-safe.</summary>
internal sealed class People
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Dictionary<ulong, string>> _byRoom = [];

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
    public void Fill(ChatRoom room, IEnumerable<MemberListItem> members)
    {
        lock (_lock)
            _byRoom[room.Id] = members.ToDictionary(member => member.Principal, member => member.Name);
    }

    public void Forget(ChatRoom room)
    {
        lock (_lock)
            _byRoom.Remove(room.Id);
    }

    /// <summary>Applies a change and shows it, outside of the lock, since the screen asks for the names under its own lock.</summary>
    public void Apply(ChatRoom room, Presence presence, ulong self, View view)
    {
        foreach (var news in Apply(room, presence, self))
            view.Say(news);
    }

    private List<string> Apply(ChatRoom room, Presence presence, ulong self)
    {
        var news = new List<string>();
        lock (_lock)
        {
            // Before the room's list has arrived there is nothing to compare with.
            if (!_byRoom.TryGetValue(room.Id, out var present))
                return news;
            foreach (var (principal, name) in presence.Arrived)
            {
                if (principal == self)
                    continue;
                if (!present.TryGetValue(principal, out var before))
                    news.Add($"{name} is here in {room}");
                else if (before != name)
                    news.Add($"{before} is now called {name}");
                present[principal] = name;
            }
            foreach (var (principal, name) in presence.Left)
                if (present.Remove(principal))
                    news.Add($"{name} has left {room}");
        }
        return news;
    }
}
