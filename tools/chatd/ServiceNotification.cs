using System.Net.Sockets;
using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Tells a service manager that asked for it (<c>Type=notify</c> of systemd) how far we are.</summary>
internal static class ServiceNotification
{
    public static void Ready() => Send("READY=1");

    public static void Stopping() => Send("STOPPING=1");

    private static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ stands for the zero byte of an abstract socket.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException)
        {
            // The manager is gone; serving goes on.
        }
    }
}
