namespace ChatProtocol;

/// <summary>The kind of a login's secret.</summary>
public enum CredentialKind
{
    /// <summary>A guest's key of 32 bytes, made by the client for this server (CP-SES-007).</summary>
    GuestKey = 0,
    /// <summary>None: the admin socket's file rights are the credential (CP-ADM-001).</summary>
    LocalAdmin = 1,
    /// <summary>
    /// None: a text client is a guest by its address while it is connected; a native client may not log in with this kind
    /// (CP-LEG-003).
    /// </summary>
    Address = 2,
    /// <summary>The password of an account, in UTF-8 (CP-ACC-003).</summary>
    Password = 3,
    /// <summary>A token of an account, in ASCII (CP-ACC-004).</summary>
    Token = 4,
}
