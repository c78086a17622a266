namespace ChatProtocol.Hub;

/// <summary>An account as it is stored: what a principal has that is no guest.</summary>
/// <param name="Principal">The account's principal, whose record has the name.</param>
/// <param name="Role">The account's role; never that of a guest.</param>
/// <param name="Password">The hash of the password, with what it takes to check one; in the hasher's own form.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="IsDisabled">Whether nobody can log in as it.</param>
public sealed record AccountRecord(ulong Principal, AccountRole Role, ReadOnlyMemory<byte> Password, long Made, bool IsDisabled)
{
    /// <summary>Whether it is an owner's that somebody can log in as.</summary>
    public bool IsActiveOwner => Role == AccountRole.Owner && !IsDisabled;

    /// <summary>Its state for the audit log.</summary>
    internal string InWords => $"role={NameOf(Role)} disabled={(IsDisabled ? 1 : 0)}";

    internal static string NameOf(AccountRole role) => role.ToString().ToLowerInvariant();
}

/// <summary>A token as it is stored.</summary>
/// <param name="Number">The number by which its owner names it; never given twice.</param>
/// <param name="Principal">The principal of the account that made it.</param>
/// <param name="Hash">The SHA-256 of the token, in hexadecimal: what it is looked up by.</param>
/// <param name="Label">The words by which its owner knows it.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Rooms">The rooms that it is good for; none for all.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
/// <param name="Used">The day of the last login by it, in milliseconds since 1970 UTC; 0 for never.</param>
public sealed record TokenRecord(
    ulong Number, ulong Principal, string Hash, string Label, TokenScopes Scopes, IReadOnlyList<ulong> Rooms, long Made, long Expires, long Used);

/// <summary>An invitation as it is stored.</summary>
/// <param name="Number">The number by which its maker names it; never given twice.</param>
/// <param name="Hash">The SHA-256 of its code, in hexadecimal.</param>
/// <param name="By">The principal that made it.</param>
/// <param name="Role">The role of the accounts that are made by it.</param>
/// <param name="Uses">How many accounts may still be made by it.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
/// <param name="Expires">When it ends, in milliseconds since 1970 UTC.</param>
public sealed record InvitationRecord(ulong Number, string Hash, ulong By, AccountRole Role, int Uses, long Made, long Expires);
