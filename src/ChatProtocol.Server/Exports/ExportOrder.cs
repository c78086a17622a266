using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The order of an export's lines (CP-EXP-005): header, principals, blocks and rooms by their ids, then the entries of each room from
/// seq 1 to its head, each seq in an entry or a gap; and the counts at the end.
/// </summary>
internal sealed class ExportOrder
{
    private readonly List<(ulong Id, ulong Head)> _rooms = [];
    private ExportLine? _last;
    private bool _isWhole;
    private ulong _principals;
    private ulong _blocks;
    private ulong _entries;

    // The room whose entries are being read.
    private int _at;
    private ulong _seq;
    private ulong _time;
    private ulong _ofRoom;

    public bool HasEnded => _last is ExportLine.End;

    /// <exception cref="ExportException">The line cannot stand here.</exception>
    public void Check(ExportLine line)
    {
        if (HasEnded)
            throw new ExportException("it stands behind the last line");
        if (line is ExportLine.Header != _last is null)
            throw new ExportException(_last is null ? "the header has to be first" : "there is a second header");
        if (RankOf(line) < RankOf(_last))
            throw new ExportException("it stands behind lines that it has to be before");
        switch (line)
        {
            case ExportLine.Header header: _isWhole = header.IsWhole; break;
            case ExportLine.Principal principal: Check(principal); break;
            case ExportLine.Block { Record: var block }: Check(block); break;
            case ExportLine.Room { Record: var room }: Check(room); break;
            case ExportLine.Entry { Value: var entry }: Check(entry); break;
            case ExportLine.Gap gap: Advance(gap.RoomId, gap.First, gap.Last); break;
            case ExportLine.Head head: Check(head); break;
            case ExportLine.End end: Check(end); break;
        }
        _last = line;
    }

    private static int RankOf(ExportLine? line) => line switch
    {
        null => -1,
        ExportLine.Header => 0,
        ExportLine.Principal => 1,
        ExportLine.Block => 2,
        ExportLine.Room => 3,
        ExportLine.End => 5,
        _ => 4,
    };

    private void Check(ExportLine.Principal principal)
    {
        if (principal.Id < PrincipalIds.FirstGuest)
            throw new ExportException($"principals below {PrincipalIds.FirstGuest} are every server's own");
        RefuseUnless(principal.Id > ((_last as ExportLine.Principal)?.Id ?? 0), "principals");
        _principals++;
    }

    private void Check(BlockRecord block)
    {
        var last = (_last as ExportLine.Block)?.Record;
        RefuseUnless(last is null || (block.Owner, block.Blocked).CompareTo((last.Owner, last.Blocked)) > 0, "blocks");
        _blocks++;
    }

    private void Check(RoomRecord room)
    {
        RefuseUnless(_rooms.Count == 0 || room.Id > _rooms[^1].Id, "rooms");
        if (!_isWhole && _rooms.Count > 0)
            throw new ExportException("an export of one room has a second one");
        if (room.Oldest < 1 || room.Oldest > room.Head + 1)
            throw new ExportException($"the room's 'oldest' is {room.Oldest}, and its 'head' {room.Head}");
        _rooms.Add((room.Id, room.Head));
    }

    private void Check(Entry entry)
    {
        Advance(entry.Room, entry.Seq, entry.Seq);
        if (entry.Time < _time)
            throw new ExportException("its time is before that of the entry before");
        _time = entry.Time;
        _entries++;
        _ofRoom++;
    }

    private void Advance(ulong room, ulong first, ulong last)
    {
        if (_at == _rooms.Count || room != _rooms[_at].Id)
            throw new ExportException($"what comes next is {Expected}, and not something of room {room}");
        if (first != _seq + 1)
            throw new ExportException($"room {room} goes on with seq {first} behind {_seq}");
        if (last > _rooms[_at].Head)
            throw new ExportException($"seq {last} is behind the head of room {room}, which is {_rooms[_at].Head}");
        _seq = last;
    }

    private void Check(ExportLine.Head head)
    {
        if (_at == _rooms.Count || head.RoomId != _rooms[_at].Id)
            throw new ExportException($"what comes next is {Expected}, and not the head of room {head.RoomId}");
        if (head.Seq != _rooms[_at].Head || _seq != head.Seq || head.Entries != _ofRoom)
            throw new ExportException($"room {head.RoomId} ends here with seq {_seq} and {_ofRoom} entries, and should with {_rooms[_at].Head} and {head.Entries}");
        _at++;
        (_seq, _time, _ofRoom) = (0, 0, 0);
    }

    private void Check(ExportLine.End end)
    {
        if (_at < _rooms.Count)
            throw new ExportException($"what comes next is {Expected}, and not the end");
        if ((end.Principals, end.Blocks, end.Rooms, end.Entries) != (_principals, _blocks, (ulong)_rooms.Count, _entries))
            throw new ExportException("the counts are not those of the lines before");
        if (!_isWhole && _rooms.Count == 0)
            throw new ExportException("an export of one room has none");
    }

    private string Expected => _at == _rooms.Count ? "the end" : $"something of room {_rooms[_at].Id} behind seq {_seq}";

    private static void RefuseUnless(bool isAscending, string things)
    {
        if (!isAscending)
            throw new ExportException($"{things} have to stand once each, by ascending id");
    }
}
