using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// The truth: every text that a client meant to post, and every entry that is on the disk. Every frame of the server is checked
/// against it.
/// </summary>
internal sealed class Ledger(World world)
{
    private readonly SortedDictionary<ulong, RoomLedger> _rooms = [];
    private readonly List<IntendedPost> _intended = [];
    private readonly List<PostStream> _streams = [];
    private readonly Dictionary<ulong, string> _namesOfRooms = [];

    /// <summary>The number of times that a backup has replaced the log; the entries acknowledged after the backup are rightly gone.</summary>
    public int Restores { get; private set; }

    /// <summary>The rooms that were not removed.</summary>
    public IEnumerable<RoomLedger> Rooms => _rooms.Values.Where(room => !room.IsGone);

    public BanLedger Bans { get; } = new(world);

    public BlockLedger Blocks { get; } = new();

    public AccountLedger Accounts { get; } = new(world);

    public AdminLedger Admins { get; } = new(world);

    public PaceLedger Pace { get; } = new(world);

    public KeyLedger Keys { get; } = new(world);

    /// <summary>The number of entries stored.</summary>
    public long Entries { get; private set; }

    public IntendedPost Say(ulong room, ulong principal, ulong? peer, PostStream? stream, int length, byte[]? key = null)
    {
        var intended = new IntendedPost(_intended.Count, room, principal, stream, length) { Peer = peer, Key = key };
        _intended.Add(intended);
        return intended;
    }

    public PostStream Begin(Publisher publisher, ulong room)
    {
        var stream = new PostStream(publisher, room);
        _streams.Add(stream);
        return stream;
    }

    public RoomLedger RoomOf(ulong id)
    {
        if (!_rooms.TryGetValue(id, out var room))
            _rooms.Add(id, room = new RoomLedger(world, id));
        return room;
    }

    /// <summary>Records a segment that is on the disk.</summary>
    public void Store(Segment segment)
    {
        var room = RoomOf(segment.Room);
        for (var i = 0; i < segment.Count; i++)
        {
            var payload = new ReadOnlySequence<byte>(segment.Slice(i, 1)[FrameBuffer.LengthSize..]);
            var entry = (Entry)FrameCodec.Decode(payload, Direction.ToClient);
            var intended = entry is Message message ? Find(message) : null;
            room.Add(segment, i, entry, intended);
            if (intended is not null)
                Pace.Store(intended);
            Entries++;
        }
    }

    /// <summary>Records the effects of a transaction beside its segments.</summary>
    /// <param name="batch">The stored batch.</param>
    /// <param name="oldest">For each of its expiries, the room's oldest seq before.</param>
    public void Store(LogBatch batch, IReadOnlyList<ulong> oldest)
    {
        foreach (var (expiry, before) in batch.Changes.OfType<Expiry>().Zip(oldest))
            if (world.Disk.Image.HasRoom(expiry.Room))
                RoomOf(expiry.Room).Expire(before, world.Disk.Image[expiry.Room].Oldest - 1);
        foreach (var erasure in batch.Changes.OfType<Erasure>().Where(erasure => erasure.Complaint is null))
            RoomOf(erasure.Room).Erase(erasure.Seq);
        foreach (var removal in batch.Changes.OfType<LogChange.RemoveRoom>())
            RoomOf(removal.Room).Remove();
        foreach (var changed in ChangedBy(batch))
            RoomOf(changed).Law.CheckRecord();
    }

    /// <summary>Records that the hub is about to be told of the commit.</summary>
    public void Tell(LogBatch batch)
    {
        foreach (var segment in batch.Segments)
            RoomOf(segment.Room).Tell(segment.Last);
        foreach (var erasure in batch.Changes.OfType<Erasure>().Where(erasure => erasure.Complaint is null))
            RoomOf(erasure.Room).TellErased(erasure.Seq);
        foreach (var limit in batch.Changes.OfType<LogChange.LimitRoom>())
            RoomOf(limit.Room.Id).TellKept();
    }

    /// <summary>Records that the hub was told of the commit.</summary>
    public void HasTold(LogBatch batch)
    {
        foreach (var removal in batch.Changes.OfType<LogChange.RemoveRoom>())
            RoomOf(removal.Room).TellRemoved();
        foreach (var changed in ChangedBy(batch))
            RoomOf(changed).Law.CheckMembers();
    }

    /// <summary>Records the start of a server, which knows only the disk.</summary>
    public void Restart()
    {
        Pace.Restart();
        Accounts.Restart();
        foreach (var room in _rooms.Values)
            room.Restart();
    }

    /// <summary>Records that the log was replaced by a backup.</summary>
    public void Restore()
    {
        Restores++;
        foreach (var stream in _streams)
            stream.Restore();
        foreach (var room in _rooms.Values)
            room.Restore();
        Bans.Restore();
        Blocks.Restore();
        Accounts.Restore();
        foreach (var room in _rooms.Values.Where(room => room.Head == 0).ToList())
        {
            _namesOfRooms.Remove(room.Id);
            _rooms.Remove(room.Id);
        }
    }

    /// <summary>Checks that the id of a room is not given to another room (CP-ROM-002).</summary>
    public void Name(ulong room, string name)
    {
        if (!_namesOfRooms.TryAdd(room, name) && _namesOfRooms[room] != name)
            throw new Violation(Checker.Phantom, $"room {room} was {_namesOfRooms[room]} and is {name}");
    }

    /// <summary>The rooms whose standings a batch changes.</summary>
    private static IEnumerable<ulong> ChangedBy(LogBatch batch) =>
        batch.Changes.OfType<LogChange.KeepStanding>().Select(kept => kept.Room.Id).Concat(batch.Changes.OfType<LogChange.SetRoom>().Select(set => set.Room.Id)).Distinct();

    private IntendedPost Find(Message message)
    {
        var number = IntendedPost.NumberOf(message.Text.Utf8.Span);
        if (number < 0 || number >= _intended.Count || _intended[number] is not { } intended || intended.Body != message.Text)
            throw new Violation(Checker.Phantom, $"nobody meant to say entry {message.Seq} of room {message.Room}");
        return intended;
    }
}
