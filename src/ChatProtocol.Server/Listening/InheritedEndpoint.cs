using System.Net;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>A listening socket that was there before the server, and the endpoint that it makes.</summary>
internal sealed record InheritedEndpoint(Endpoint Endpoint, Socket Listening)
{
    /// <summary>The name of a socket for plain text alone.</summary>
    private const string LegacyName = "legacy";

    /// <summary>The name of a socket for everything inside TLS.</summary>
    private const string TlsName = "tls";

    /// <summary>Takes a socket over, by the same rules as for one that the server makes itself.</summary>
    /// <exception cref="ServerException">The descriptor is no such socket, or its address is not allowed.</exception>
    public static InheritedEndpoint Take(InheritedListener given, IReadOnlyList<string> allow)
    {
        var socket = Open(given.Descriptor);
        try
        {
            return new InheritedEndpoint(EndpointOf(given, socket, allow), socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Open(int descriptor)
    {
        try
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            if (socket.SocketType == SocketType.Stream && Convert.ToBoolean(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection), System.Globalization.CultureInfo.InvariantCulture))
                return socket;
            socket.Dispose();
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw NoListener(descriptor, e);
        }
        throw NoListener(descriptor);
    }

    private static Endpoint EndpointOf(InheritedListener given, Socket socket, IReadOnlyList<string> allow) => (socket.LocalEndPoint, given.Name) switch
    {
        (IPEndPoint ip, TlsName) => Endpoint.TlsAt([ip.Address], ip.Port, allow).Single(),
        (IPEndPoint ip, LegacyName) => Endpoint.LegacyAt($"{LegacyName}://{ip}", [ip.Address], ip.Port, allow).Single(),
        (IPEndPoint ip, _) => Endpoint.TcpAt($"tcp://{ip}", [ip.Address], ip.Port, allow).Single(),
        (UnixDomainSocketEndPoint unix, _) => new Endpoint.Unix(unix.ToString(), IsAdmin: false),
        _ => throw NoListener(given.Descriptor),
    };

    private static ServerException NoListener(int descriptor, Exception? cause = null)
    {
        var message = $"the inherited descriptor {descriptor} (LISTEN_FDS) is no TCP or Unix stream socket that listens";
        return cause is null ? new ServerException(message) : new ServerException(message, cause);
    }
}
