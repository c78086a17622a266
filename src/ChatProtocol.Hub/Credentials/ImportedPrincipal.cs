namespace ChatProtocol.Hub;

/// <summary>A principal of another server that is imported with all that is there (CP-EXP-012).</summary>
public static class ImportedPrincipal
{
    /// <summary>
    /// Its record. No key leads to it; it holds its name if it has an account, and otherwise is known for as long as something refers to
    /// it.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="seen">When its last session ended there, in milliseconds since 1970 UTC.</param>
    /// <param name="hasAccount">Whether it has an account.</param>
    public static PrincipalRecord ToRecord(ulong id, string name, long seen, bool hasAccount) =>
        new(id, name, hasAccount ? UserAccount.KeyHashOf(id) : default, seen, HoldsName: hasAccount) { Entries = LastEntries.None().ToBytes(areFinal: true) };
}
