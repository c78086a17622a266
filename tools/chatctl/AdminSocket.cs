using System.Net.Sockets;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A server on this machine, by the admin socket in its data folder.</summary>
/// <param name="path">The socket.</param>
/// <param name="folder">The data folder.</param>
/// <param name="where">Where no server is running if the socket is not there, in words.</param>
internal sealed class AdminSocket(string path, string folder, string where) : IServerAccess
{
    public DataLock Lock { get; } = new(folder);

    public string? Notice => null;

    public (string Message, int ExitCode)? Fault
    {
        get
        {
            try
            {
                File.GetAttributes(path);
                return null;
            }
            catch (UnauthorizedAccessException)
            {
                return AnotherUsers;
            }
            catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return ($"no chatd is running {where}: {path} is not there (choose with --data or --socket)", ExitCode.Unreachable);
            }
            catch (IOException e)
            {
                return ($"the admin socket {path} cannot be examined: {FailureReason.Of(e)}", ExitCode.Unreachable);
            }
        }
    }

    private (string Message, int ExitCode) AnotherUsers =>
        ($"{path} is another user's: permission denied. Run chatctl as the user that chatd runs as, or as root", ExitCode.Denied);

    public Task<ChatClient> ConnectAsync(CancellationToken stop)
    {
        if (!ChatAddress.TryParse($"unix:{path}", out var address, out var fault))
            throw new CommandException(ExitCode.Usage, fault);
        return ChatClient.ConnectAsync(ChatClientOptions.ForAdmin(address) with
        {
            // An admin wants to know at once that a command did not reach the server.
            ReconnectFor = TimeSpan.Zero,
            Agent = $"{ProgramInfo.Name}/{ProgramInfo.Version}",
        }, stop);
    }

    public (string Message, int ExitCode)? Explain(ChatException failure) =>
        failure.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied } ? AnotherUsers : null;
}
