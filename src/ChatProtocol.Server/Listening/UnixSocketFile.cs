using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>The file at the path of a Unix socket.</summary>
internal static class UnixSocketFile
{
    /// <summary>Removes the socket that a killed server left behind: one that nothing answers at.</summary>
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
            // The file is not the server's to remove: binding will say what is wrong.
        }
    }

    /// <summary>Whether there is a file that is certainly no socket.</summary>
    public static bool IsSomethingElse(string path) =>
        // A file that may not be opened is no socket if it has content, for a socket has none.
        Directory.Exists(path) || Open(path) is null || File.Exists(path) && new FileInfo(path).Length > 0;

    private static bool IsSocket(string path)
    {
        const int noSuchDevice = 6;
        return Open(path) is IOException { HResult: noSuchDevice };
    }

    /// <summary>A connection to a plain file is refused too, and that file is somebody's: only a socket cannot be opened (ENXIO).</summary>
    /// <returns>The reason why it cannot be opened; null if it can.</returns>
    private static Exception? Open(string path)
    {
        try
        {
            // Opened for writing as well, so that a pipe without a reader does not block.
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
    }
}
