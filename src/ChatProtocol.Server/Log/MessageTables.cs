using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>What is stored of a message beside its entry, and goes along with it: the post's key, what has become of it, reactions, its thread.</summary>
internal sealed class MessageTables(DatabaseConnection connection)
{
    public PostKeyTable PostKeys { get; } = new(connection);

    public AmendmentTable Amendments { get; } = new(connection);

    public ReactionTable Reactions { get; } = new(connection);

    public ThreadTable Threads { get; } = new(connection);

    /// <summary>Stores what the entries of a segment from elsewhere have made of messages.</summary>
    public void Add(Segment segment)
    {
        for (var i = 0; i < segment.Count; i++)
        {
            var entry = EntryFrame.Decode(segment.Slice(i, 1));
            if (entry is Message { Thread: { } root })
                Threads.Insert(segment.Room, root, entry.Seq);
            if (TargetOf(entry) is not { } target)
                continue;
            Amendments.Upsert((Amendments.Find(segment.Room, target) ?? new AmendmentRecord(segment.Room, target)).With(entry));
            if (entry is Retracted)
                Reactions.DeleteTo(segment.Room, target);
            foreach (var change in entry is Reacted { Changes: var changes } ? changes.Where(one => one.Principal != 0) : [])
                Reactions.Set(new ReactionRecord(segment.Room, target, change.Principal, change.Name, change.Reaction), change.On);
        }
    }

    /// <summary>An entry is erased.</summary>
    public void Erase(Erasure erasure)
    {
        PostKeys.ForgetBody(erasure.Room, erasure.Seq);
        Amendments.ForgetText(erasure.Room, erasure.Target);
    }

    /// <summary>How many rows there are of the messages of a run.</summary>
    public long Count(ulong room, ulong first, ulong last) =>
        PostKeys.Count(room, first, last) + Amendments.Count(room, first, last) + Reactions.Count(room, first, last) + Threads.Count(room, first, last);

    /// <summary>The messages before a seq are not kept any more.</summary>
    public void DeleteBefore(ulong room, ulong seq)
    {
        PostKeys.DeleteBefore(room, seq);
        Amendments.DeleteBefore(room, seq);
        Reactions.DeleteBefore(room, seq);
        Threads.DeleteBefore(room, seq);
    }

    /// <summary>The entries behind a seq are lost.</summary>
    public void DeleteBehind(ulong room, ulong seq)
    {
        PostKeys.DeleteBehind(room, seq);
        Amendments.ForgetBehind(room, seq);
        Reactions.DeleteBehind(room, seq);
        Threads.DeleteBehind(room, seq);
    }

    /// <summary>Deletes some rows of a removed room; false if others may be left.</summary>
    public bool TryDeleteOf(ulong room, int most) =>
        PostKeys.TryDeleteOf(room, most) & Amendments.TryDeleteOf(room, most) & Reactions.TryDeleteOf(room, most) & Threads.TryDeleteOf(room, most);

    /// <summary>Checks the first rows.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public void Check(int most)
    {
        PostKeys.Check(most);
        Amendments.Check(most);
        Reactions.Check(most);
    }

    /// <summary>Removes the rows that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged() => PostKeys.RemoveDamaged() | Amendments.RemoveDamaged() | Reactions.RemoveDamaged();

    private static ulong? TargetOf(Entry entry) => entry switch
    {
        Edited edited => edited.Target,
        Retracted retracted => retracted.Target,
        Reacted reacted => reacted.Target,
        Pinned pinned => pinned.Target,
        _ => null,
    };
}
