namespace ChatProtocol;

/// <summary>The version of the protocol that this library speaks (CP-SES-002, 003).</summary>
public static class ProtocolVersion
{
    /// <summary>The major version; another one is another protocol.</summary>
    public const int Major = 1;

    /// <summary>The highest minor version that this library knows.</summary>
    public const int Minor = 1;

    /// <summary>The lowest minor version that is spoken: 0 was never released, and its clients do not know what an entry is (CP-SES-027).</summary>
    public const int LowestMinor = 1;
}
