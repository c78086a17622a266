namespace ChatProtocol.Client;

/// <summary>A search. The entries directly behind its answer belong to it and are not new (CP-SEA-002).</summary>
/// <param name="room">The only room to search; null for all.</param>
/// <param name="query">The words.</param>
/// <param name="count">The most entries wanted.</param>
/// <param name="options">What else they have to be.</param>
/// <param name="before">Where an earlier answer ended; null to begin.</param>
internal sealed class SearchCall(RoomState? room, Text query, int count, SearchOptions options, ReadOnlyMemory<byte>? before) : Call<SearchPage>, IFollowedCall
{
    private readonly List<ChatEntry> _entries = [];
    private Found? _found;

    public bool IsOpen => _found is not null && _entries.Count < _found.Count;

    public override Request ToFrame(ulong id)
    {
        // The request may be sent again when the connection was lost within the answer.
        _entries.Clear();
        _found = null;
        return new Search(id, query, count, room?.Id, options.Author, WireTimes.MillisecondsFrom(options.Since), WireTimes.MillisecondsFrom(options.Until), (ulong?)options.Code, before);
    }

    public override bool TryAnswer(Reply reply)
    {
        if (reply is not Found found || found.Count > count || !AreInOrder(found))
            return false;
        _found = found;
        FinishIfComplete();
        return true;
    }

    public bool TryAdd(Frame frame)
    {
        if (frame is not Entry entry || room is not null && entry.Room != room.Id)
            return false;
        _entries.Add(WireEntries.Of(entry));
        FinishIfComplete();
        return true;
    }

    /// <summary>CP-SEA-012.</summary>
    private static bool AreInOrder(Found found)
    {
        var (entry, end) = (0, 0L);
        foreach (var mark in found.Marks)
        {
            if (mark.Entry < entry || mark.Entry >= found.Count || mark.Length == 0 || mark.Entry == entry && mark.Start < end)
                return false;
            (entry, end) = (mark.Entry, (long)mark.Start + mark.Length);
        }
        return true;
    }

    private void FinishIfComplete()
    {
        if (IsOpen)
            return;
        var marks = _found!.Marks.ToLookup(mark => mark.Entry);
        Succeed(new SearchPage
        {
            Hits = [.. _entries.Select((entry, i) => SearchHit.Of(entry, marks[i]))],
            Next = _found.Next,
            MissingFrom = _found.MissingFrom is { } time ? WireTimes.Time(time) : null,
        });
    }
}
