namespace ChatProtocol.Hub;

/// <summary>The callbacks of an erasure, of which one is called.</summary>
/// <param name="Erased">Called when the texts are gone from the log and all members are told, with the reason where one could not be erased.</param>
/// <param name="Lost">Called when it could not be stored.</param>
/// <param name="RoomRemoved">Called when the room was removed first.</param>
internal sealed record ErasureCallbacks(Action<string?> Erased, Action Lost, Action RoomRemoved);

/// <summary>Erases entries in a batch, tells the members, and does the same with the copies that reports have of them (CP-REP-005).</summary>
internal sealed class EntryEraser(GroupCommit groupCommit, Publishers publishers, PostKeys keys, AmendmentBook amendments, RoomDirectory directory, EntryWriter entries, FanOut fanOut, ReportBook reports)
{
    /// <summary>The most entries of one batch: some milliseconds of the log's writer, so that no post waits long for it.</summary>
    public const int MaxEntries = 256;

    /// <param name="room">The room.</param>
    /// <param name="seqs">Committed entries, at least one and at most <see cref="MaxEntries"/>, in ascending order.</param>
    /// <param name="callbacks">Tell how it ends.</param>
    public void Erase(Room room, IReadOnlyList<ulong> seqs, ErasureCallbacks callbacks)
    {
        List<Erasure> erasures = [.. seqs.Select(seq => new Erasure(room.Id, seq))];
        room.ChangedBy = groupCommit.Open.Number;
        erasures[..^1].ForEach(groupCommit.Open.Add);
        amendments.BeginErasure(room.Id, seqs);
        groupCommit.Open.Add(erasures[^1], new CommitCallbacks(() => Stored(room, erasures, callbacks), () => End(callbacks.Lost)) { RoomRemoved = () => End(callbacks.RoomRemoved) });

        void End(Action callback)
        {
            amendments.EndErasure(room.Id, seqs, isStored: false);
            callback();
        }
    }

    /// <summary>A room is removed with this batch, and the reports of it that are stored are erased with it.</summary>
    public void AddReportsOf(Room room, LogBatch batch)
    {
        foreach (var copy in reports.Of(room.Id).Where(copy => directory.Find(copy.CopyRoom)?.Committed >= copy.Copy).Take(MaxEntries))
            batch.Add(new Erasure(copy.CopyRoom, copy.Copy));
    }

    /// <summary>A room was removed: all reports of it are erased, and whoever reads them is told.</summary>
    public void EraseReportsOf(Room room, ErasureCallbacks callbacks) => EraseCopies(reports.Of(room.Id), callbacks);

    private void Stored(Room room, List<Erasure> erasures, ErasureCallbacks callbacks)
    {
        erasures.ForEach(publishers.ForgetBody);
        amendments.EndErasure(room.Id, erasures.Select(erasure => erasure.Seq), isStored: true);
        var complaint = erasures.Find(erasure => erasure.Complaint is not null)?.Complaint;
        List<ulong> erased = [.. erasures.Where(erasure => erasure.Complaint is null).Select(erasure => erasure.Seq)];
        keys.ForgetBodies(room.Id, erased);
        if (room.IsRemoved)
            callbacks.Erased(complaint);
        else
            fanOut.Erase(room, erased, () => EraseCopies(reports.Of(room.Id, erased), callbacks with { Erased = more => callbacks.Erased(complaint ?? more) }));
    }

    /// <summary>Every report is known by now, as no read finds the text any more; some may still be on their way to the disk.</summary>
    private void EraseCopies(IReadOnlyList<ReportRecord> copies, ErasureCallbacks callbacks)
    {
        var removed = () => callbacks.Erased(null);
        if (copies.Count == 0 || directory.Find(copies[0].CopyRoom) is not { } room)
            callbacks.Erased(null);
        else
            entries.AwaitAll(room, () => EraseSome(room, [.. copies.Where(copy => copy.CopyRoom == room.Id).Select(copy => copy.Copy).Order()], callbacks with { RoomRemoved = removed }));
    }

    private void EraseSome(Room room, List<ulong> seqs, ErasureCallbacks callbacks)
    {
        // Reports that were lost have no entry, and those of another room went with it.
        seqs.RemoveAll(seq => seq > room.Committed);
        if (room.IsRemoved || seqs.Count == 0)
            callbacks.Erased(null);
        else if (seqs.Count <= MaxEntries)
            Erase(room, seqs, callbacks);
        else
            Erase(room, seqs[..MaxEntries], callbacks with { Erased = complaint => EraseSome(room, seqs[MaxEntries..], callbacks with { Erased = more => callbacks.Erased(complaint ?? more) }) });
    }
}
