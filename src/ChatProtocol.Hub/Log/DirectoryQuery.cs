namespace ChatProtocol.Hub;

/// <summary>
/// A query for stored rooms, principals, keys of posts, amended messages and records of the audit log: a closed family, each kind of which is one case in a log. All that is found under a
/// name comes together, so that whoever has it is known along with it.
/// </summary>
public abstract record DirectoryQuery
{
    private DirectoryQuery()
    {
    }

    /// <summary>A room by its id, with all others of its name; and both principals of a private one, as <see cref="PrincipalNamed"/> finds them.</summary>
    /// <param name="Id">The room's id.</param>
    public sealed record Room(ulong Id) : DirectoryQuery;

    /// <summary>
    /// The public rooms of a name, and some that it could be mistaken for: every room under its <see cref="DirectoryKeys.RoomNames"/>,
    /// and one at least under its <see cref="DirectoryKeys.Looks"/>, if there are any.
    /// </summary>
    /// <param name="Name">The name, as typed.</param>
    public sealed record RoomNamed(string Name) : DirectoryQuery;

    /// <summary>The private room of two principals.</summary>
    /// <param name="Low">The lower of the two ids.</param>
    /// <param name="High">The higher of the two ids.</param>
    public sealed record RoomBetween(ulong Low, ulong High) : DirectoryQuery;

    /// <summary>
    /// The principals that hold a name, with their accounts and tokens, their blocks, their read markers, and the records of their publishers; and one
    /// account at least, with all who hold its name, that the name could be mistaken for by its <see cref="DirectoryKeys.Looks"/>, if there are any.
    /// </summary>
    /// <param name="Name">The name, as typed.</param>
    public sealed record PrincipalNamed(string Name) : DirectoryQuery;

    /// <summary>The principal of the account that has a token, as <see cref="PrincipalNamed"/> finds it.</summary>
    /// <param name="Hash">The token's hash, as <see cref="TokenRecord.Hash"/> is.</param>
    public sealed record TokenHashed(string Hash) : DirectoryQuery;

    /// <summary>The post that has used a key.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="WithRoom">Whether the key's room comes along, as <see cref="Room"/> finds it.</param>
    public sealed record PostKeyed(PostKey Key, bool WithRoom) : DirectoryQuery;

    /// <summary>A message with what has become of it, or the message that an edit is of.</summary>
    /// <param name="RoomId">The room's id.</param>
    /// <param name="Seq">The seq of the message or the edit.</param>
    /// <param name="Principal">The principal whose reactions come along.</param>
    public sealed record Message(ulong RoomId, ulong Seq, ulong Principal) : DirectoryQuery;

    /// <summary>The pinned messages of a room, by ascending seq.</summary>
    /// <param name="RoomId">The room's id.</param>
    public sealed record PinnedIn(ulong RoomId) : DirectoryQuery;

    /// <summary>The messages of a thread, by ascending seq.</summary>
    /// <param name="RoomId">The room's id.</param>
    /// <param name="Root">The seq of the message that the thread began with.</param>
    /// <param name="After">Only messages above this seq.</param>
    /// <param name="Count">The most messages.</param>
    public sealed record InThread(ulong RoomId, ulong Root, ulong After, int Count) : DirectoryQuery;

    /// <summary>The reactions to a message, by ascending principal.</summary>
    /// <param name="RoomId">The room's id.</param>
    /// <param name="Seq">The message's seq.</param>
    /// <param name="After">Only principals with higher ids.</param>
    /// <param name="Count">The most reactions.</param>
    public sealed record ReactionsTo(ulong RoomId, ulong Seq, ulong After, int Count) : DirectoryQuery;

    /// <summary>Whether rooms and principals may be found, which are taken into memory.</summary>
    internal bool FindsForMemory => this is not (RoomsSeenBy or PrincipalsBehind or AccountsBehind or RoomsById or RoomsOwnedBy or AuditRecords or Message or PinnedIn or InThread or ReactionsTo);

    /// <summary>Accounts by ascending principal, with the records of their principals, and nothing else of them.</summary>
    /// <param name="After">Only principals with higher ids.</param>
    /// <param name="Count">The most accounts.</param>
    public sealed record AccountsBehind(ulong After, int Count) : DirectoryQuery;

    /// <summary>
    /// The public rooms and the private ones of a principal, by ascending id, as a list shows them. The other principals of the
    /// private ones come with them, without their blocks and publishers.
    /// </summary>
    /// <param name="Principal">The principal's id.</param>
    /// <param name="After">Only rooms with higher ids.</param>
    /// <param name="Count">The most rooms.</param>
    public sealed record RoomsSeenBy(ulong Principal, ulong After, int Count) : DirectoryQuery;

    /// <summary>
    /// The private rooms of a principal, those by invitation in which it has a role, and some others, by ascending id, with the roles and restrictions in
    /// them, and without anything of their principals.
    /// </summary>
    /// <param name="Principal">The principal's id.</param>
    /// <param name="After">Only rooms with higher ids.</param>
    /// <param name="Count">The most rooms.</param>
    /// <param name="Others">The ids of the others.</param>
    public sealed record RoomsOwnedBy(ulong Principal, ulong After, int Count, IReadOnlyList<ulong> Others) : DirectoryQuery;

    /// <summary>Principals by ascending id, without their blocks, and with the use of their publishers instead of the records.</summary>
    /// <param name="After">Only principals with higher ids.</param>
    /// <param name="Count">The most principals.</param>
    public sealed record PrincipalsBehind(ulong After, int Count) : DirectoryQuery;

    /// <summary>Records of the audit log by descending number. A log looks at some of them at a time, and says how far it got.</summary>
    /// <param name="After">Only records with higher numbers.</param>
    /// <param name="Before">Only records with lower numbers.</param>
    /// <param name="Name">Only acts by or on this name; null for all.</param>
    /// <param name="Verb">Only this verb; null for all.</param>
    /// <param name="Count">The most records.</param>
    public sealed record AuditRecords(ulong After, ulong Before, string? Name, string? Verb, int Count) : DirectoryQuery
    {
        /// <summary>The most records that are looked at for one answer.</summary>
        public const int MaxLookedAt = 5000;

        /// <summary>Whether a record is one of those that are asked for.</summary>
        public bool Wants(AuditRecord record)
        {
            ArgumentNullException.ThrowIfNull(record);
            return (Verb is null || record.Verb == Verb)
                && (Name is null || string.Equals(record.Name, Name, StringComparison.OrdinalIgnoreCase) || string.Equals(record.Target, Name, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>Rooms by their ids alone.</summary>
    /// <param name="Ids">The ids; those that no room has are passed over.</param>
    public sealed record RoomsById(IReadOnlyList<ulong> Ids) : DirectoryQuery;
}
