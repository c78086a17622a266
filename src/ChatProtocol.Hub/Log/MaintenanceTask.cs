namespace ChatProtocol.Hub;

/// <summary>Long work of the log that an admin has asked for.</summary>
public abstract record MaintenanceTask
{
    private MaintenanceTask()
    {
    }

    internal IAsker? Asker { get; init; }

    internal ulong Id { get; init; }

    /// <summary>Copies the whole log, as it is at one moment, and marks the copy as one.</summary>
    /// <param name="Path">The destination; nothing is there yet, and nothing but a whole copy is ever put there.</param>
    public sealed record Backup(string Path) : MaintenanceTask;

    /// <summary>Finds the entries that a room need not keep, by whole segments; the newest segment is always kept.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Keeps">The room's retention.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC.</param>
    public sealed record FindExpired(ulong Room, RetentionLimits Keeps, ulong Now) : MaintenanceTask
    {
        /// <summary>The seq of the room's last entry.</summary>
        public required ulong Head { get; init; }

        /// <summary>The seq of the room's first entry, as it was when the hub asked.</summary>
        internal ulong Oldest { get; init; }
    }

    /// <summary>
    /// Indexes some of the rooms and principals that an earlier server has stored, so that they can be looked up. The hub asks
    /// again while there are more, and until then has all of them in memory (<see cref="StartupContents.IsWhole"/>).
    /// </summary>
    public sealed record Index : MaintenanceTask;

    /// <summary>Removes the last traces of erased texts from the files. Never at the same time as another task.</summary>
    public sealed record Scrub : MaintenanceTask;

    /// <summary>Reads the whole log, and checks it.</summary>
    public sealed record Verification : MaintenanceTask;
}
