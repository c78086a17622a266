using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>What lies where a Unix socket is to be.</summary>
internal static class SocketFile
{
    /// <summary>A server that was killed leaves its socket behind; one that nobody answers at may go.</summary>
    public static void RemoveIfDead(string path)
    {
        if (!IsSocket(path))
            return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Not ours to remove: binding will say what is wrong.
        }
    }

    /// <summary>Whether something is there that is certainly no socket.</summary>
    public static bool IsSomethingElse(string path) =>
        // What we may not open is a file if there is something in it, for in a socket there is nothing.
        Directory.Exists(path) || Open(path) is null || File.Exists(path) && new FileInfo(path).Length > 0;

    private static bool IsSocket(string path)
    {
        const int noSuchDevice = 6;
        return Open(path) is IOException { HResult: noSuchDevice };
    }

    /// <summary>A connection is refused at a plain file too, and that is somebody's: only a socket cannot be opened (ENXIO).</summary>
    /// <returns>Null if it can be opened.</returns>
    private static Exception? Open(string path)
    {
        try
        {
            // For writing as well, so that a pipe without a reader does not block.
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
    }
}
