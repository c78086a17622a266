namespace ChatProtocol.Server;

/// <summary>How plain text clients are served. Immutable.</summary>
public sealed record LegacyOptions
{
    /// <summary>The most that <see cref="History"/> can be.</summary>
    public const int MaxHistory = 1000;

    /// <summary>The character encoding of their bytes. GBK by default.</summary>
    public LegacyCharset Charset { get; init; } = LegacyCharset.Gbk;

    /// <summary>The language of the server's own words to them. Chinese by default.</summary>
    public LegacyLanguage Language { get; init; } = LegacyLanguage.Chinese;

    /// <summary>
    /// How many of the last messages a client that enters is shown. 10 by default, <see cref="MaxHistory"/> at most; 0 for
    /// none.
    /// </summary>
    public int History { get; init; } = 10;

    /// <summary>Whether clients are sent their own messages too. They are not by default.</summary>
    public bool Echo { get; init; }

    /// <summary>
    /// The most clients that may be silent at a port where silence alone identifies them as text clients; one more is told so and
    /// closed. 4,096 by default, of which one address has a bound of its own (<see cref="Hub.GuestBounds.Silent"/>).
    /// </summary>
    public int MaxSilent { get; init; } = 4096;
}
