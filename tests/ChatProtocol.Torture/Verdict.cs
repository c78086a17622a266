namespace ChatProtocol.Torture;

/// <summary>The faults that a history can have.</summary>
internal enum Fault
{
    /// <summary>An entry that was acknowledged or delivered is missing.</summary>
    LostWrite,
    /// <summary>A reader received the same entry twice.</summary>
    Duplicate,
    /// <summary>A reader received entries, or finds a writer's posts, out of order.</summary>
    Reorder,
    /// <summary>A reader did not receive an entry, or the log has none for a seq.</summary>
    Hole,
    /// <summary>Two clients saw different contents for one seq.</summary>
    TwoContents,
    /// <summary>An entry was never posted.</summary>
    Phantom,
    /// <summary>A repeated post was acknowledged with another seq or time.</summary>
    AckDiffers,
    /// <summary>One post is in the log twice.</summary>
    AppliedTwice,
    /// <summary>An entry is older than the one before it.</summary>
    TimeBack,
    /// <summary>A room has a new epoch without a restore.</summary>
    EpochChanged,
    /// <summary>A backup was restored, and a room has kept its epoch.</summary>
    EpochKept,
    /// <summary>The server refused a request that it should have granted.</summary>
    Refused,
    /// <summary>The server broke the protocol, did not start, ended by itself, or left a client waiting.</summary>
    Broke,
}

/// <summary>One fault, and where it was found.</summary>
internal sealed record Verdict(Fault Fault, string Where)
{
    public override string ToString() => $"{Fault}: {Where}";
}
