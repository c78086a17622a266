using System.Globalization;
using ChatProtocol.Server;

namespace ChatProtocol.Tools;

/// <summary>
/// The listening sockets inherited from a service manager (socket activation of systemd): descriptors from 3 on, described by
/// the environment.
/// </summary>
internal static class SocketActivation
{
    private const string Process = "LISTEN_PID", Count = "LISTEN_FDS", Names = "LISTEN_FDNAMES";

    private const int First = 3;
    private const int Most = 256;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Takes the sockets, and removes the variables so that no child process takes them for its own.</summary>
    /// <exception cref="ServerException">The number of sockets in the environment is invalid.</exception>
    public static IReadOnlyList<InheritedListener> Take()
    {
        var (process, count, names) = (Variable(Process), Variable(Count), Variable(Names));
        // The sockets are meant for another process.
        if (count is null || process is null || !int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid != Environment.ProcessId)
            return [];
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > Most)
            throw ServerException.WrongUsage($"{Count} is '{count}': it is the number of sockets, at most {Most}");
        foreach (var variable in (string[])[Process, Count, Names])
            Environment.SetEnvironmentVariable(variable, null);
        var called = names?.Split(':') ?? [];
        return [.. Enumerable.Range(0, number).Select(i => TakeOne(First + i, i < called.Length ? called[i] : ""))];
    }

    private static InheritedListener TakeOne(int descriptor, string name)
    {
        _ = LibC.ControlFile(descriptor, SetFlags, CloseOnExec);
        return new InheritedListener(descriptor, name);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
