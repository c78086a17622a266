namespace ChatProtocol;

/// <summary>What a login's secret is.</summary>
public enum CredentialKind
{
    /// <summary>A guest's key of 32 bytes, made by the client for this server (CP-SES-007).</summary>
    GuestKey = 0,
    /// <summary>None: the admin socket's file rights are the credential (CP-ADM-001).</summary>
    LocalAdmin = 1,
    /// <summary>None: a plain text client is a guest by its address, for as long as it is there; nobody else may log in so (CP-LEG-003).</summary>
    Address = 2,
}
