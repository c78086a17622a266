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
}
