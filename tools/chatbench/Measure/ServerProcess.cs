using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ChatProtocol.Tools;

/// <summary>The processor time and memory of a server's process on this machine.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string SocketLink = "socket:[";
    private const int ListeningUnix = 0x10000; // __SO_ACCEPTCON

    private readonly Process _process;
    private TimeSpan _cpuBefore;

    private ServerProcess(Process process)
    {
        _process = process;
        Reset();
    }

    /// <summary>The processor time since <see cref="Reset"/>.</summary>
    public TimeSpan Cpu => Refreshed().TotalProcessorTime - _cpuBefore;

    /// <summary>The resident memory now, in bytes.</summary>
    public long Memory => Refreshed().WorkingSet64;

    /// <summary>The process with this id; null if there is none.</summary>
    public static ServerProcess? Of(int pid)
    {
        try
        {
            return new ServerProcess(Process.GetProcessById(pid));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The process that listens at this address; null if it is on another machine, or another user's.</summary>
    public static ServerProcess? Find(EndPoint server)
    {
        try
        {
            var sockets = SocketsOf(server);
            return sockets.Count > 0 && HolderOf(sockets) is { } pid ? Of(pid) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Restarts the count of processor time.</summary>
    public void Reset() => _cpuBefore = Refreshed().TotalProcessorTime;

    public void Dispose() => _process.Dispose();

    private Process Refreshed()
    {
        _process.Refresh();
        return _process;
    }

    private static HashSet<string> SocketsOf(EndPoint server) => server switch
    {
        IPEndPoint ip => [.. Rows("/proc/net/tcp").Concat(Rows("/proc/net/tcp6")).Where(row => IsAt(row[1], ip)).Select(row => row[9])],
        _ => [.. Rows("/proc/net/unix").Where(row => row.Length > 7 && row[7] == server.ToString() && (Hex(row[3]) & ListeningUnix) != 0).Select(row => row[6])],
    };

    private static IEnumerable<string[]> Rows(string file) =>
        File.Exists(file) ? File.ReadLines(file).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)) : [];

    /// <summary>Whether a socket's local end, in the kernel's notation, has the server's address: then it is the server's socket.</summary>
    private static bool IsAt(string local, IPEndPoint server)
    {
        var colon = local.IndexOf(':', StringComparison.Ordinal);
        if (Hex(local[(colon + 1)..]) != server.Port)
            return false;
        // Words of four bytes, each in the machine's byte order.
        var words = Convert.FromHexString(local[..colon]);
        if (BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < words.Length; i += 4)
                words.AsSpan(i, 4).Reverse();
        }
        var address = new IPAddress(words);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Equals(server.Address);
    }

    private static int? HolderOf(HashSet<string> sockets)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && pid != Environment.ProcessId && Holds(Path.Combine(folder, "fd"), sockets))
                return pid;
        }
        return null;
    }

    private static bool Holds(string files, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(files).Any(file =>
                new FileInfo(file).LinkTarget is { } target && target.StartsWith(SocketLink, StringComparison.Ordinal)
                && sockets.Contains(target[SocketLink.Length..^1]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has ended.
            return false;
        }
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
