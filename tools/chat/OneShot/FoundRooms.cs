using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The rooms of what a search found, each asked for once.</summary>
internal sealed class FoundRooms(ChatClient client)
{
    private readonly Dictionary<ulong, ChatRoom?> _rooms = [];

    /// <summary>The room of a hit; null if it was closed to the user since.</summary>
    public async Task<ChatRoom?> FindAsync(SearchHit hit, CancellationToken stop)
    {
        var id = hit.Entry.RoomId;
        if (!_rooms.TryGetValue(id, out var room))
            _rooms.Add(id, room = await OpenAsync(id, stop));
        return room;
    }

    private async Task<ChatRoom?> OpenAsync(ulong id, CancellationToken stop)
    {
        try
        {
            return await client.OpenAsync(id.ToString(CultureInfo.InvariantCulture), cancellationToken: stop);
        }
        catch (ChatException e) when (e.Failure == ChatFailure.Refused)
        {
            return null;
        }
    }
}
