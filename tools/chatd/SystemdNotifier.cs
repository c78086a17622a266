using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Tools;

/// <summary>Notifies a service manager (<c>Type=notify</c> of systemd) of the server's state, if NOTIFY_SOCKET is set.</summary>
internal sealed partial class SystemdNotifier(ILogger logger)
{
    /// <summary>The longest path of a socket, in bytes, without its final zero.</summary>
    private const int MaxPathBytes = 107;

    public void Ready() => Send("READY=1");

    public void Reloading() => Send(string.Create(
        CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={(long)Stopwatch.GetElapsedTime(0).TotalMicroseconds}"));

    public void Alive() => Send("WATCHDOG=1");

    public void Stopping() => Send("STOPPING=1");

    private void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } path)
            return;
        // A failure does not stop the server; the log says why the manager is not notified.
        if (Validate(path) is { } fault)
        {
            LogNotTold(logger, state.Split('\n')[0], path, fault);
            return;
        }
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ stands for the zero byte of an abstract socket.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException e)
        {
            LogNotTold(logger, state.Split('\n')[0], path, e.Message);
        }
    }

    private static string? Validate(string path) =>
        path[0] is not ('/' or '@') || path.Length == 1 ? "it is neither a path that begins with / nor an abstract socket that begins with @"
        : Encoding.UTF8.GetByteCount(path) > MaxPathBytes ? $"it has more than {MaxPathBytes} bytes"
        : null;

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "the service manager cannot be told {State} at NOTIFY_SOCKET {Path}: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string state, string path, string reason);
}
