using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What an export holds that is to be imported, as the reading of the whole file has found it (CP-EXP-011).</summary>
internal sealed class ImportContents
{
    /// <summary>The most authors of one room: so many principal ids are given at once.</summary>
    private const int MaxAuthors = 1_000_000;

    /// <summary>An hour, in milliseconds, which two servers' clocks may be apart.</summary>
    private const ulong MaxAhead = 3_600_000;

    /// <summary>Lines between two looks at whether the server is about to stop.</summary>
    private const int LinesAtOnce = 1024;

    private readonly MaintenanceTask.CheckImport _task;
    private readonly IReadOnlyList<long> _wanted;

    /// <summary>The keys of the accounts' names, none of which may stand twice.</summary>
    private readonly HashSet<long> _accountNames = [];

    private ImportContents(MaintenanceTask.CheckImport task)
    {
        _task = task;
        _wanted = task.Room is null ? [] : DirectoryKeys.RoomNames(task.Room);
    }

    /// <summary>Whether a server is imported whole.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The room that is imported, as it stands in the file; null for a server.</summary>
    public RoomRecord? Room { get; private set; }

    public ulong Rooms { get; private set; }

    public ulong Entries { get; private set; }

    public ulong Accounts { get; private set; }

    public int Owners { get; private set; }

    public ulong LastRoom { get; private set; }

    public ulong LastPrincipal { get; private set; }

    public List<ulong> Limited { get; } = [];

    /// <summary>The authors of the one room by their principals in the file, each with its number, from 0 in the order in which they come.</summary>
    public Dictionary<ulong, ulong> Authors { get; } = [];

    /// <summary>By room: the first seq that has not expired, where that is not 1.</summary>
    public Dictionary<ulong, ulong> Oldest { get; } = [];

    /// <summary>How many lines there are before those of the entries.</summary>
    public int DirectoryLines { get; private set; }

    /// <summary>The hash of the last of these lines.</summary>
    public byte[] DirectoryEnd { get; private set; } = [];

    /// <summary>The hash of the last line that the import needs.</summary>
    public byte[] End { get; private set; } = [];

    /// <summary>Reads a whole export.</summary>
    /// <exception cref="ExportException">It is no whole export, or has not what is to be imported.</exception>
    public static ImportContents Read(Stream file, MaintenanceTask.CheckImport task, Func<bool> isOver)
    {
        var contents = new ImportContents(task);
        using var reader = new ExportReader(file);
        for (var lines = 0; reader.Read() is { } line; lines++)
        {
            if (lines % LinesAtOnce == 0 && isOver())
                throw new IOException("the server is about to stop");
            contents.Add(line, reader);
        }
        return contents.Room is not null || contents.IsWhole ? contents : throw new ExportException($"it has no public room {task.Room}");
    }

    /// <summary>A time of a principal as it may be stored here: none is later than now.</summary>
    public long Past(long time) => Math.Min(time, (long)_task.Now);

    /// <summary>Whether something of a room is imported.</summary>
    public bool Has(ulong room) => IsWhole || room == Room?.Id;

    private void Add(ExportLine line, ExportReader reader)
    {
        if (line is ExportLine.Header or ExportLine.Principal or ExportLine.Block or ExportLine.Room)
            (DirectoryLines, DirectoryEnd) = (DirectoryLines + 1, reader.Hash);
        switch (line)
        {
            case ExportLine.Header header: IsWhole = header.IsWhole && _task.Room is null; break;
            case ExportLine.Principal principal when IsWhole: Add(principal, reader); break;
            case ExportLine.Block { Record: var block }: NotePrincipals(block.Owner, block.Blocked); break;
            case ExportLine.Room { Record: var room }: Add(room, reader); break;
            case ExportLine.Entry entry when Has(entry.Value.Room): Add(entry, reader); break;
            case ExportLine.Gap { Why: GapReason.Expired } gap when Has(gap.RoomId): Oldest[gap.RoomId] = gap.Last + 1; break;
            case ExportLine.Head head when !IsWhole && Has(head.RoomId): End = reader.Hash; break;
            case ExportLine.End when IsWhole: End = reader.Hash; break;
        }
    }

    private void Add(ExportLine.Principal principal, ExportReader reader)
    {
        NotePrincipals(principal.Id);
        if (principal.Account is not { } account)
            return;
        if (!_accountNames.Add(DirectoryKeys.OfPrincipal(principal.Name)))
            throw reader.Fault($"two accounts have the name {principal.Name}");
        Accounts++;
        Owners += account.IsActiveOwner ? 1 : 0;
    }

    private void Add(RoomRecord room, ExportReader reader)
    {
        if (IsWhole)
        {
            Rooms++;
            LastRoom = room.Id;
            NotePrincipals(room.Creator, room.Peer);
            foreach (var standing in room.Standings)
                NotePrincipals(standing.Principal);
            if (room.Keeps is not null)
                Limited.Add(room.Id);
            return;
        }
        if (Room is not null || !IsWanted(room, reader))
            return;
        if (room.Head == 0)
            throw reader.Fault($"nothing was said in the room {room.Name}: make it anew");
        (Room, Rooms) = (room, 1);
    }

    /// <summary>Whoever the file names, forgotten or not, is nobody who comes later.</summary>
    private void NotePrincipals(params ReadOnlySpan<ulong> ids)
    {
        foreach (var id in ids)
            LastPrincipal = Math.Max(LastPrincipal, id);
    }

    private bool IsWanted(RoomRecord room, ExportReader reader)
    {
        if (room.Kind != RoomKind.Public)
            return _task.Room is not null ? false : throw reader.Fault("the room is not public, and those who see it are not here: it can only be imported with its whole server");
        return _task.Room is null || DirectoryKeys.RoomNames(room.Name)[0] == _wanted[0];
    }

    private void Add(ExportLine.Entry line, ExportReader reader)
    {
        if (line.Frame.Length - FrameBuffer.LengthSize > _task.MaxFrame)
            throw reader.Fault($"the entry has {line.Frame.Length - FrameBuffer.LengthSize} bytes, and the limit 'frame' of this server is {_task.MaxFrame}");
        if (line.Value.Time > _task.Now + MaxAhead)
            throw reader.Fault("the entry's time is more than an hour ahead of this server's: one of the two clocks is wrong");
        Entries++;
        NotePrincipals(line.Value.From);
        if (!IsWhole && Authors.TryAdd(line.Value.From, (ulong)Authors.Count) && Authors.Count > MaxAuthors)
            throw reader.Fault($"the room has more than {MaxAuthors} authors");
    }
}
