using System.Buffers;
using ChatProtocol.Hub;

namespace ChatProtocol.Simulation;

/// <summary>
/// What is true: every text that anybody meant to say, and every entry that is on the disk. Whatever the server tells is held
/// against it.
/// </summary>
internal sealed class Ledger(World world)
{
    private readonly SortedDictionary<ulong, RoomLedger> _rooms = [];
    private readonly List<Saying> _sayings = [];
    private readonly List<PostStream> _streams = [];
    private readonly Dictionary<ulong, string> _namesOfRooms = [];

    /// <summary>How often a backup has taken the place of the log: what was acknowledged behind it is gone, and rightly so.</summary>
    public int Restores { get; private set; }

    /// <summary>Those that were not removed.</summary>
    public IEnumerable<RoomLedger> Rooms => _rooms.Values.Where(room => !room.IsGone);

    public BanLedger Bans { get; } = new(world);

    public BlockLedger Blocks { get; } = new();

    public PaceLedger Pace { get; } = new(world);

    /// <summary>Entries that were stored.</summary>
    public long Entries { get; private set; }

    public Saying Say(ulong room, ulong principal, ulong? peer, PostStream? stream, int length)
    {
        var saying = new Saying(_sayings.Count, room, principal, stream, length) { Peer = peer };
        _sayings.Add(saying);
        return saying;
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

    /// <summary>A segment is on the disk.</summary>
    public void Store(Segment segment)
    {
        var room = RoomOf(segment.Room);
        for (var i = 0; i < segment.Count; i++)
        {
            var payload = new ReadOnlySequence<byte>(segment.Slice(i, 1)[FrameBuffer.LengthSize..]);
            var message = (Message)FrameCodec.Decode(payload, Direction.ToClient);
            var saying = Find(message);
            room.Add(segment, i, message, saying);
            Pace.Store(saying);
            Entries++;
        }
    }

    /// <summary>What a transaction has done beside storing segments.</summary>
    /// <param name="batch">What was stored.</param>
    /// <param name="oldest">With which entry the rooms of its expiries began before.</param>
    public void Store(LogBatch batch, IReadOnlyList<ulong> oldest)
    {
        for (var i = 0; i < batch.Expiries.Count; i++)
            if (world.Disk.Image.HasRoom(batch.Expiries[i].Room))
                RoomOf(batch.Expiries[i].Room).Expire(oldest[i], world.Disk.Image[batch.Expiries[i].Room].Oldest - 1);
        foreach (var erasure in batch.Erasures.Where(erasure => erasure.Complaint is null))
            RoomOf(erasure.Room).Erase(erasure.Seq);
        foreach (var removal in batch.DirectoryChanges.OfType<DirectoryChange.RemoveRoom>())
            RoomOf(removal.Room).Remove();
    }

    /// <summary>The hub hears that this is committed.</summary>
    public void Tell(LogBatch batch)
    {
        foreach (var segment in batch.Segments)
            RoomOf(segment.Room).Tell(segment.Last);
        foreach (var erasure in batch.Erasures.Where(erasure => erasure.Complaint is null))
            RoomOf(erasure.Room).TellErased(erasure.Seq);
        foreach (var room in batch.Kept)
            RoomOf(room.Id).TellKept();
    }

    /// <summary>The hub has heard it.</summary>
    public void HasTold(LogBatch batch)
    {
        foreach (var removal in batch.DirectoryChanges.OfType<DirectoryChange.RemoveRoom>())
            RoomOf(removal.Room).TellRemoved();
    }

    /// <summary>A server starts, and knows what is on the disk.</summary>
    public void Restart()
    {
        Pace.Restart();
        foreach (var room in _rooms.Values)
            room.Restart();
    }

    /// <summary>The log is what it was once.</summary>
    public void Restore()
    {
        Restores++;
        foreach (var stream in _streams)
            stream.Applied = 0;
        foreach (var room in _rooms.Values)
            room.Restore();
        Bans.Restore();
        Blocks.Restore();
        foreach (var room in _rooms.Values.Where(room => room.Head == 0).ToList())
        {
            _namesOfRooms.Remove(room.Id);
            _rooms.Remove(room.Id);
        }
    }

    /// <summary>The id of a room is not given to another one (CP-ROM-002).</summary>
    public void Name(ulong room, string name)
    {
        if (!_namesOfRooms.TryAdd(room, name) && _namesOfRooms[room] != name)
            throw new Violation(Checker.Phantom, $"room {room} was {_namesOfRooms[room]} and is {name}");
    }

    private Saying Find(Message message)
    {
        var number = Saying.NumberOf(message.Text.Utf8.Span);
        if (number < 0 || number >= _sayings.Count || _sayings[number] is not { } saying || saying.Body != message.Text)
            throw new Violation(Checker.Phantom, $"nobody meant to say entry {message.Seq} of room {message.Room}");
        return saying;
    }
}
