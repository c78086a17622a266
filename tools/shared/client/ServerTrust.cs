using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>
/// Decides whether a TLS server is the one that is meant, as ssh does: an authority vouches for it, or its key is known, or the user
/// lets it in once and for all. A key that has changed is never let in (CP-TLS-006).
/// </summary>
/// <param name="pin">The key that the user demands; null for none.</param>
/// <param name="acceptsNew">Whether a server that is not known is let in without a question.</param>
/// <param name="error">Standard error.</param>
/// <param name="isJson">Whether the output is for programs.</param>
internal sealed class ServerTrust(string? pin, bool acceptsNew, TextWriter error, bool isJson)
{
    /// <summary>Connects, once more if the server's key was let in.</summary>
    /// <param name="options">The server and the user.</param>
    /// <param name="connect">Connects with the pin that it is given.</param>
    /// <param name="stop">Ends the waiting for an answer.</param>
    /// <exception cref="CommandException">The server is not let in; exit code 4.</exception>
    public async Task<T> ConnectAsync<T>(ChatClientOptions options, Func<ChatClientOptions, Task<T>> connect, CancellationToken stop)
    {
        if (!options.Address.IsTls)
            return await connect(options);
        if (pin is not null)
            return await connect(options with { Pin = CertificatePin.TryParse(pin, out var demanded) ? demanded : null });
        var servers = KnownServers.Default;
        var known = servers.Find(options.Address);
        try
        {
            return await connect(options with { Pin = known?.Pin });
        }
        catch (ChatException e) when (e is { Failure: ChatFailure.UntrustedServer, Certificate: { } shown })
        {
            if (known is not null)
                throw new CommandException(ExitCode.Denied,
                    $"{options.Address} has another key than before: {shown.Pin}, and not {known.Pin}, known since {known.Since}. Somebody may be reading along. If its operator says that the key is new, remove its line from {servers.Path}");
            if (!acceptsNew && !await AgreesAsync(e.Message, shown, stop))
                throw new CommandException(ExitCode.Denied, ConfirmationPrompt.CanBeAsked(isJson)
                    ? $"{options.Address} was not let in"
                    : $"{e.Message}. If that is the key that its operator has told you, let it in with --pin {shown.Pin}, or remember it with --accept-new");
            servers.Add(options.Address, shown.Pin, DateTimeOffset.UtcNow);
            return await connect(options with { Pin = shown.Pin });
        }
    }

    private async Task<bool> AgreesAsync(string message, ServerCertificate shown, CancellationToken stop)
    {
        if (!ConfirmationPrompt.CanBeAsked(isJson))
            return false;
        CommandLine.WriteError(error, $"{message}.");
        return await ConfirmationPrompt.AgreesAsync($"Compare {shown.Pin} with what its operator has told you. Remember this key, and connect?", error, stop);
    }
}
