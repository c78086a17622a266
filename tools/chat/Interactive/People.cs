using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The people in the rooms one has joined, by what the server tells. Thread-safe.</summary>
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
    public void Fill(ChatRoom room, IEnumerable<ChatMember> members)
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
    public void Apply(PresenceChanged change, ulong self, View view)
    {
        foreach (var news in Apply(change, self))
            view.Say(news);
    }

    private List<string> Apply(PresenceChanged change, ulong self)
    {
        var news = new List<string>();
        var room = change.Room;
        lock (_lock)
        {
            // Before the list of a room is there, nothing can be told from nothing.
            if (!_byRoom.TryGetValue(room.Id, out var present))
                return news;
            foreach (var user in change.Arrived)
            {
                if (user.Principal == self)
                    continue;
                if (!present.TryGetValue(user.Principal, out var before))
                    news.Add($"{user.Name} is here in {room}");
                else if (before != user.Name)
                    news.Add($"{before} is now called {user.Name}");
                present[user.Principal] = user.Name;
            }
            foreach (var user in change.Left)
                if (present.Remove(user.Principal))
                    news.Add($"{user.Name} has left {room}");
        }
        return news;
    }
}
