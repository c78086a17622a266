namespace ChatProtocol.Hub;

/// <summary>An order to stop the server.</summary>
/// <param name="Grace">The time until every connection is closed, whatever is still under way.</param>
/// <param name="Last">The last frame to every session.</param>
public sealed record ShutdownOrder(TimeSpan Grace, Bye Last)
{
    /// <summary>
    /// The grace of an order that names none, 7 seconds: <c>docker stop</c> and similar tools kill after ten, and the log has to be
    /// closed after the grace.
    /// </summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromSeconds(7);

    /// <summary>Milliseconds by which a session is told to come back later than the one before: about what a login with TLS costs.</summary>
    private const ulong Between = 2;

    /// <summary>The most milliseconds that are added: nobody stays away for long.</summary>
    private const ulong MostAdded = 60_000;

    /// <summary>
    /// The last frame to one session: where sessions may come back, each is told a little later than the one before, so that they do not
    /// all come at once (CP-SES-029).
    /// </summary>
    /// <param name="before">How many sessions were told before.</param>
    public Bye LastTo(ulong before) => Last.Back is { } back
        ? Last with { Back = Math.Min(back + Math.Min(Between * before, MostAdded), Limits.MaxInteger) }
        : Last;
}
