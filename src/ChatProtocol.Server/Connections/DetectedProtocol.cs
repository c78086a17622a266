namespace ChatProtocol.Server;

/// <summary>The protocol that a connection turns out to speak.</summary>
internal enum DetectedProtocol
{
    /// <summary>No byte, and the peer has gone, or is about to.</summary>
    Nothing,

    /// <summary>No byte in time.</summary>
    Silence,
    Native,
    Tls,
    Http,

    /// <summary>Plainly another protocol.</summary>
    Foreign,
    LegacyText,
}
