using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The rooms that are being removed.</summary>
internal sealed class RemovedRoomTable(DatabaseConnection connection, SegmentTable segments, RoomTable rooms, PublisherTable publishers, MessageTables messages, MarkerTable markers)
{
    /// <summary>Records of publishers that are removed with one batch.</summary>
    private const int MaxPublishers = 256;

    /// <summary>Rows of each kind beside the messages that are removed with one batch.</summary>
    private const int MaxRows = 512;

    /// <summary>Read markers that are removed with one batch.</summary>
    private const int MaxMarkers = 512;

    private readonly PreparedStatement _beginRemoval = connection.Prepare("INSERT INTO removed_room(id) VALUES ($id) ON CONFLICT DO NOTHING");

    private readonly PreparedStatement _endRemoval = connection.Prepare("DELETE FROM removed_room WHERE id = $id");

    /// <summary>What is stored of a room is removed by the next start, unless it is kept by then.</summary>
    public void BeginRemoval(ulong room) => _beginRemoval.Execute((long)room);

    /// <summary>A room is not to be removed any more.</summary>
    public void Keep(ulong room) => _endRemoval.Execute((long)room);

    /// <summary>Removes a part of the room with each batch, counted posts and those with keys too: no retry is answered in a room that is not there.</summary>
    public void Remove(LogChange.RemoveRoom removal)
    {
        rooms.Delete(removal.Room);
        BeginRemoval(removal.Room);
        removal.HasMore = !publishers.TryDeleteOf(removal.Room, MaxPublishers) | !messages.TryDeleteOf(removal.Room, MaxRows) | !segments.TryDeleteAll(removal.Room)
            | !markers.TryDeleteOfRoom(removal.Room, MaxMarkers) | removal.MayHaveMorePublishers;
        Failpoint.Reach("removal.some");
        if (!removal.HasMore)
            _endRemoval.Execute((long)removal.Room);
    }

    public List<ulong> Load()
    {
        using var statement = connection.Prepare("SELECT id FROM removed_room ORDER BY id");
        using var rows = statement.Read();
        var removed = new List<ulong>();
        while (rows.Read())
            removed.Add((ulong)rows.Number(0));
        return removed;
    }
}
