namespace ChatProtocol.Testing;

/// <summary>The settings of a <see cref="ChatTestServer"/>; each has a default. Immutable.</summary>
public sealed record ChatTestServerOptions
{
    /// <summary>
    /// The clock of the server, and that of the clients unless their options have another: a <see cref="ManualTime"/> of the server's own by
    /// default (null), which stands still until the test moves it. <see cref="TimeProvider.System"/> for real time.
    /// </summary>
    public TimeProvider? Time { get; init; }

    /// <summary>The limits for clients. Those of a server by default.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>Whether guests may log in. They may by default; if not, their login is refused with <see cref="ErrorCode.BadCredential"/>.</summary>
    public bool GuestsAllowed { get; init; } = true;

    /// <summary>The users who may make an account, by <c>ChatClient.RegisterAsync</c>. Anybody by default.</summary>
    public TestRegistration Registration { get; init; } = TestRegistration.Open;

    /// <summary>
    /// Whether clients are bounded like those that come from elsewhere: posts above a rate wait, and names, rooms and wrong passwords are
    /// counted. Off by default: they are bounded like those on the server's own machine, where no test comes near the bounds.
    /// </summary>
    public bool BoundsStrangers { get; init; }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Limits);
        if (Limits.Faults().FirstOrDefault() is { Value: { } fault })
            throw new ArgumentException($"The {nameof(Limits)} are none that a server may have: {fault}.");
    }
}

/// <summary>The users who may make an account on a <see cref="ChatTestServer"/>.</summary>
public enum TestRegistration
{
    /// <summary>Anybody.</summary>
    Open,
    /// <summary>Everybody with an invitation.</summary>
    ByInvitation,
    /// <summary>Nobody but an admin.</summary>
    Closed,
}
