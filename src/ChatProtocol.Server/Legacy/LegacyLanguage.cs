namespace ChatProtocol.Server;

/// <summary>A language of the server's own words to plain text clients.</summary>
public enum LegacyLanguage
{
    /// <summary>Chinese.</summary>
    Chinese,

    /// <summary>English.</summary>
    English,
}
