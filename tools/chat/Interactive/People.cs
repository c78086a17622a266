using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Who is in the rooms one has joined, by what the server tells. Thread-safe.</summary>
internal sealed class People
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Dictionary<ulong, string>> _byRoom = [];

    /// <summary>Every name, once, for completion.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _byRoom.Values.SelectMany(room => room.Values).Distinct().Order(StringComparer.OrdinalIgnoreCase)];
        }
    }

    /// <summary>Takes over who is in a room that was just joined.</summary>
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

    /// <summary>Takes over a change, and tells what is news: past the lock, since the screen asks for the names under its own.</summary>
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
            // Before the list of a room is there, nothing can be told from nothing.
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
