using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ChatProtocol.Client;

/// <summary>The bytes of a connection to a server.</summary>
/// <param name="Stream">The bytes, as they are or decrypted; disposing it closes the connection.</param>
/// <param name="Carrier">What carries the bytes below any encryption: disposing it ends reads and writes that are under way.</param>
/// <param name="IsConfidential">Whether nobody on the way can read them, so that secrets may be sent (CP-ACC-006).</param>
internal sealed record Transport(Stream Stream, IDisposable Carrier, bool IsConfidential)
{
    /// <summary>The transport over a socket, which it owns, also if this fails.</summary>
    /// <param name="socket">A connection to the server.</param>
    /// <param name="options">The server's address and its pin.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="ChatException">The server is not trusted, or does not speak TLS.</exception>
    public static async Task<Transport> OverAsync(Socket socket, ChatClientOptions options, CancellationToken stop)
    {
        var isNear = IsNear(socket);
        var stream = await EncryptAsync(new NetworkStream(socket, ownsSocket: true), options, stop).ConfigureAwait(false);
        return new Transport(stream, socket, isNear || stream is SslStream);
    }

    /// <summary>
    /// The transport over a stream that the program dialed, which it owns, also if this fails. The address says whether others could read
    /// it, as it is the only thing that is known of the way.
    /// </summary>
    /// <param name="dialed">A connection to the server.</param>
    /// <param name="options">The server's address and its pin.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="ChatException">The server is not trusted, or does not speak TLS.</exception>
    public static async Task<Transport> OverAsync(Stream dialed, ChatClientOptions options, CancellationToken stop)
    {
        var stream = await EncryptAsync(dialed, options, stop).ConfigureAwait(false);
        return new Transport(stream, dialed, options.Address.IsNear || stream is SslStream);
    }

    private static Task<Stream> EncryptAsync(Stream plain, ChatClientOptions options, CancellationToken stop) =>
        options.Address.IsTls ? TlsConnector.OpenAsync(plain, options, stop) : Task.FromResult(plain);

    /// <summary>Whether the peer is on this machine. A connection that has no peer any more sends nothing.</summary>
    private static bool IsNear(Socket socket)
    {
        try
        {
            return socket.AddressFamily == AddressFamily.Unix || socket.RemoteEndPoint is IPEndPoint remote && IPAddress.IsLoopback(remote.Address);
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
