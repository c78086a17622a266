namespace ChatProtocol.Hub;

/// <summary>
/// Offers committed entries to the members of rooms, in slices and with the rooms taking turns, and keeps the last of them for
/// members at the head or near it.
/// </summary>
internal sealed class FanOut(long tailBytes, SlowWork slowWork)
{
    /// <summary>The most of a slice that one room gets before the next.</summary>
    private const int Turn = 256;

    private readonly TailCache _tails = new(tailBytes);
    private readonly Queue<Room> _rooms = new();

    public bool IsIdle => _rooms.Count == 0;

    /// <summary>A segment was committed: keeps it for members near the head. Its room still has to be enqueued.</summary>
    public void Keep(Room room, Segment segment) => _tails.Add(room, segment);

    /// <summary>Entries were erased: no member gets their texts from here on, and the members are told (CP-MSG-010).</summary>
    /// <param name="room">The room.</param>
    /// <param name="seqs">The entries, a few.</param>
    /// <param name="whenAllAreTold">Called behind the last member.</param>
    public void Erase(Room room, IReadOnlyList<ulong> seqs, Action whenAllAreTold)
    {
        _tails.Erase(room, seqs);
        slowWork.BeginForAdmin(TellErased(room, seqs, whenAllAreTold));
    }

    /// <summary>The room's head has moved: its members get their turn.</summary>
    public void Enqueue(Room room)
    {
        if (room.Members.Count == 0)
            return;
        room.Members.WantScan();
        if (room.Tail.IsQueued)
            return;
        room.Members.TryBeginScan();
        room.Tail.IsQueued = true;
        _rooms.Enqueue(room);
    }

    /// <summary>Works until a slice, counted in the cost of offers, is used up.</summary>
    public void Work(int slice)
    {
        while (slice > 0 && _rooms.TryDequeue(out var room))
        {
            var until = Math.Max(slice - Turn, 0);
            while (slice > until && !room.Members.ScanIsDone)
                slice -= room.Members.ScanNext().Offer();
            slice--;
            if (!room.Members.ScanIsDone || room.Members.TryBeginScan())
                _rooms.Enqueue(room);
            else
                room.Tail.IsQueued = false;
        }
    }

    private static IEnumerable<bool> TellErased(Room room, IReadOnlyList<ulong> seqs, Action whenAllAreTold)
    {
        foreach (var member in room.Members.ToArray())
        {
            foreach (var seq in seqs)
                if (!member.IsGone)
                    member.Tell(new Erased(room.Id, seq));
            yield return true;
        }
        whenAllAreTold();
    }
}
