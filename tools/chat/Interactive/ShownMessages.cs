using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The messages that stand on the screen, so that what becomes of one can name it. Not thread-safe.</summary>
/// <param name="client">The user's session.</param>
internal sealed class ShownMessages(ChatClient client)
{
    /// <summary>So many seqs below the newest are remembered of each room.</summary>
    private const ulong Kept = 1000;

    /// <summary>The most characters of a message that name it.</summary>
    private const int Beginning = 30;

    private readonly Dictionary<ulong, RoomMessages> _rooms = [];
    private readonly HashSet<(ulong Room, ulong Seq)> _gone = [];

    /// <summary>A page or an entry was shown.</summary>
    public void Add(ChatRoom room, HistoryPage page)
    {
        Of(room).Add(page);
        Trim(room, page.Last);
    }

    public void Add(ChatRoom room, ChatEntry entry)
    {
        Of(room).Add(entry);
        // Of an edit nobody is told that its text is gone, nor twice of a message.
        if (entry is ChatEdit or ChatRetraction)
            _gone.Add((room.Id, entry is ChatEdit ? entry.Seq : ((ChatRetraction)entry).Target));
        Trim(room, entry.Seq);
    }

    /// <summary>The text of an entry is gone. False if that is known already, or it is of an edit.</summary>
    public bool Drop(ChatRoom room, ulong seq)
    {
        Of(room).Erase(seq);
        if (_gone.Count > (int)Kept)
            _gone.Clear();
        return _gone.Add((room.Id, seq));
    }

    /// <summary>The beginning of a message that is known; else its number.</summary>
    public string NameOf(ChatRoom room, ulong seq)
    {
        if (Of(room).Find(seq) is not { IsErased: false } message)
            return $"message {seq}";
        var text = message.Text.ToString().ReplaceLineEndings(" ");
        return $"“{(text.Length <= Beginning ? text : text[..Beginning] + "…")}”";
    }

    private RoomMessages Of(ChatRoom room)
    {
        if (!_rooms.TryGetValue(room.Id, out var messages))
            _rooms.Add(room.Id, messages = new RoomMessages(client.Principal));
        return messages;
    }

    private void Trim(ChatRoom room, ulong newest)
    {
        if (newest > Kept && newest % 100 == 0)
            Of(room).Forget(newest - Kept);
    }
}
