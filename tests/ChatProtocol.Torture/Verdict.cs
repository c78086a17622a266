namespace ChatProtocol.Torture;

/// <summary>What can be wrong with a history.</summary>
internal enum Fault
{
    /// <summary>What was acknowledged, or told to somebody, is not there any more.</summary>
    LostWrite,
    /// <summary>A reader was given the same entry twice.</summary>
    Duplicate,
    /// <summary>A reader was given entries, or finds a writer's posts, in another order.</summary>
    Reorder,
    /// <summary>A reader was not given an entry, or the log has none for a seq.</summary>
    Hole,
    /// <summary>Two saw different contents for one seq.</summary>
    TwoContents,
    /// <summary>An entry that nobody posted.</summary>
    Phantom,
    /// <summary>A repeated post was acknowledged with another seq or time.</summary>
    AckDiffers,
    /// <summary>One post is in the log twice.</summary>
    AppliedTwice,
    /// <summary>An entry is older than the one before it.</summary>
    TimeBack,
    /// <summary>A room has a new epoch, and nothing was restored.</summary>
    EpochChanged,
    /// <summary>A backup was restored, and a room has the epoch from before.</summary>
    EpochKept,
    /// <summary>The server refused what it should not have.</summary>
    Refused,
    /// <summary>The server broke the protocol, did not start, ended by itself, or left somebody waiting.</summary>
    Broke,
}

/// <summary>One thing that is wrong, and where.</summary>
internal sealed record Verdict(Fault Fault, string Where)
{
    public override string ToString() => $"{Fault}: {Where}";
}
