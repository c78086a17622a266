using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A server that is reached as its clients reach it, by a token: what that may decides the server.</summary>
/// <param name="options">The server and the token.</param>
/// <param name="trust">Whether it is the one that is meant.</param>
/// <param name="context">The context that it is of; null for none.</param>
internal sealed class RemoteServer(ChatClientOptions options, ServerTrust trust, string? context) : IServerAccess
{
    /// <summary>The variable that names the token where a server is named by its address.</summary>
    public const string TokenVariable = "CHAT_TOKEN";

    public (string Message, int ExitCode)? Fault => null;

    public DataLock? Lock => null;

    public string? Notice => context is null ? null : $"context {context}: {options.Address}";

    public Task<ChatClient> ConnectAsync(CancellationToken stop) => trust.ConnectAsync(
        options with { ReconnectFor = TimeSpan.Zero, Agent = $"{ProgramInfo.Name}/{ProgramInfo.Version}" },
        trusted => ChatClient.ConnectAsync(trusted, stop), stop);

    public (string Message, int ExitCode)? Explain(ChatException failure) => failure.Code switch
    {
        ErrorCode.Denied => ($"{ByeMessage.InWords(failure)}; that is for a token with other scopes, an account with another role, or the admin socket on the server's own machine", ExitCode.Denied),
        _ => null,
    };

    /// <summary>The login by a token.</summary>
    /// <param name="server">The server.</param>
    /// <param name="token">The token.</param>
    /// <param name="what">Names the token in a refusal.</param>
    /// <exception cref="CommandException">That cannot be a token.</exception>
    public static ChatClientOptions LoginOf(ChatAddress server, string token, string what)
    {
        try
        {
            return ChatClientOptions.ForToken(server, token);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Usage, $"{what} is no token: {FailureReason.Of(e)}");
        }
    }
}
