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

    /// <summary>Writes everything, or one room, as lines of text (CP-EXP-001).</summary>
    /// <param name="Path">The destination; nothing is there yet, and nothing but a whole export is ever put there.</param>
    /// <param name="Room">The room's id; null for the whole server.</param>
    /// <param name="Agent">The program's name, for the first line.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC.</param>
    public sealed record Export(string Path, ulong? Room, string Agent, ulong Now) : MaintenanceTask;

    /// <summary>Reads and checks a whole export, and tells what an import of it would do (CP-EXP-011).</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Room">The name of the public room to take out of it; null for all that is in it.</param>
    /// <param name="MaxFrame">The longest payload of an entry that can be sent, in bytes.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC: an entry that is much later would take the server's time along.</param>
    public sealed record CheckImport(string Path, string? Room, int MaxFrame, ulong Now) : MaintenanceTask;

    /// <summary>Reads the next part of an import, for the hub to store with a batch (<see cref="LogChange.ImportSome"/>).</summary>
    /// <param name="Import">The import.</param>
    public sealed record ReadImport(LogImport Import) : MaintenanceTask;

    /// <summary>Nothing more is read for an import, however it ended.</summary>
    /// <param name="Import">The import.</param>
    public sealed record CloseImport(LogImport Import) : MaintenanceTask;

    /// <summary>Finds the entries that a room need not keep, by whole segments; the newest segment is always kept.</summary>
    /// <param name="Room">The room's id.</param>
    /// <param name="Keeps">The room's retention.</param>
    /// <param name="Now">The time, in milliseconds since 1970 UTC.</param>
    public sealed record FindExpired(ulong Room, RetentionLimits Keeps, ulong Now) : MaintenanceTask
    {
        /// <summary>The seq of the room's last entry.</summary>
        public required ulong Head { get; init; }

        /// <summary>How many of the room's entries up to the head are not said (<see cref="Segment.Unsaid"/>).</summary>
        public ulong Unsaid { get; init; }

        /// <summary>Whether a segment has as many said entries behind it as are kept (CP-MSG-016).</summary>
        /// <param name="last">The segment's last seq.</param>
        /// <param name="unsaid">How many entries up to there are not said.</param>
        public bool HasEnoughBehind(ulong last, ulong unsaid)
        {
            var (all, before) = (Head - Math.Min(Head, Unsaid), last - Math.Min(last, unsaid));
            return all - Math.Min(all, before) >= Keeps.Count;
        }

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
