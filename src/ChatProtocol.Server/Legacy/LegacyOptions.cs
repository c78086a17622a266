namespace ChatProtocol.Server;

/// <summary>How plain text clients are served. Immutable.</summary>
public sealed record LegacyOptions
{
    /// <summary>The most that <see cref="History"/> can be.</summary>
    public const int MaxHistory = 1000;

    /// <summary>What their bytes mean. GBK by default.</summary>
    public LegacyCharset Charset { get; init; } = LegacyCharset.Gbk;

    /// <summary>What the server's own words to them are in. Chinese by default.</summary>
    public LegacyLanguage Language { get; init; } = LegacyLanguage.Chinese;

    /// <summary>How many of the last messages somebody who enters is shown. 10 by default, <see cref="MaxHistory"/> at most; 0 for none.</summary>
    public int History { get; init; } = 10;

    /// <summary>Whether they are sent their own messages too. They are not by default.</summary>
    public bool Echo { get; init; }

    /// <summary>Those that may only listen at a port where silence alone tells what they are; one more is told so and closed. 4,096 by default, of which an address has its own bound (<see cref="Hub.Bounds.Silent"/>).</summary>
    public int MaxSilent { get; init; } = 4096;
}
