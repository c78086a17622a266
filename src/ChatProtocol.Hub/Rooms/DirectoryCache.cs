namespace ChatProtocol.Hub;

/// <summary>The stored rooms and principals in memory.</summary>
internal sealed class DirectoryCache(Principals principals, RoomDirectory rooms) : IDirectoryCache
{
    public void Load(DirectoryQuery query, DirectoryResult found)
    {
        var publishers = found.Publishers.ToLookup(record => record.Principal);
        // The principals of private rooms are there before the rooms.
        principals.Load(found.Principals, found.Accounts, found.Tokens, found.Blocks, found.Markers, principal => publishers[principal]);
        if (query is DirectoryQuery.RoomNamed { Name: var name })
            rooms.Load(new RoomName(name), found.Rooms);
        else
            rooms.Load(found.Rooms);
    }

    public void Sweep()
    {
        rooms.Sweep();
        principals.Sweep();
    }
}
