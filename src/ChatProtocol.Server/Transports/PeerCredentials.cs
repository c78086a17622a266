using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ChatProtocol.Server;

/// <summary>The user at the other end of a Unix socket.</summary>
internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The user's id; null where the system does not tell.</summary>
    public static uint? UserOf(Socket socket)
    {
        // struct ucred { pid_t pid; uid_t uid; gid_t gid; }
        Span<byte> credentials = stackalloc byte[12];
        if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) != credentials.Length)
            return null;
        return MemoryMarshal.Read<uint>(credentials[4..]);
    }

    /// <summary>Whether the user is the server's own, or root.</summary>
    public static bool AreOurs(uint? user) => user == 0 || user == LibC.GetEffectiveUser();
}
