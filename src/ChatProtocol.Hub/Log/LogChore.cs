namespace ChatProtocol.Hub;

/// <summary>What an admin has asked of the log.</summary>
public abstract record LogChore
{
    private LogChore()
    {
    }

    internal Session? Asker { get; init; }

    internal ulong Id { get; init; }

    /// <summary>Copies everything, as it is at one moment, and marks the copy as one.</summary>
    /// <param name="Path">Where to; nothing is there yet, and nothing but a whole copy ever is.</param>
    public sealed record Backup(string Path) : LogChore;

    /// <summary>Finds what a room need not keep, by whole segments; its newest one is always kept.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Keeps">What has to be kept.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC.</param>
    public sealed record FindExpired(ulong Room, RetentionLimits Keeps, ulong Now) : LogChore
    {
        /// <summary>The room's last entry.</summary>
        public required ulong Head { get; init; }
    }

    /// <summary>Leaves nothing in the files of what was erased before. Never at the same time as another chore.</summary>
    public sealed record Scrub : LogChore;

    /// <summary>Reads everything, and checks it.</summary>
    public sealed record Verification : LogChore;
}
