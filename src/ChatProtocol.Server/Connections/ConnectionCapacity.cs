using System.Globalization;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Server;

/// <summary>How many connections there may be, and how many sockets beside them.</summary>
/// <param name="All">The most connections at once.</param>
/// <param name="Kept">The connections among them that are kept for users that the server knows, once the others are taken.</param>
/// <param name="LastWords">The most sockets of refused clients, while they are told why.</param>
internal readonly record struct ConnectionCapacity(int All, int Kept, int LastWords)
{
    /// <summary>The most connections of admins, which are not among <see cref="All"/>.</summary>
    public const int Admins = 32;

    private const int MinKept = 16;
    private const int MaxLastWords = 256;

    /// <summary>
    /// Descriptors that the server itself needs beside those that are open once it has started: the database's files during
    /// a backup, a few admins, looking up names; five at once, as measured. A build that is not native also loads assemblies later, two
    /// descriptors each; 22 with them.
    /// </summary>
    private static readonly int Reserve = RuntimeFeature.IsDynamicCodeSupported ? 40 : 16;

    /// <summary>The least sockets for last words, however few descriptors there are.</summary>
    private const int MinLastWords = 8;

    /// <summary>With fewer connections than this the server does not start.</summary>
    private const int Least = 4;

    /// <summary>As many connections as are wanted, or as there are descriptors for.</summary>
    /// <param name="wanted">The most connections.</param>
    /// <param name="descriptors">The limit of descriptors.</param>
    /// <param name="open">How many descriptors are open now that the server has started.</param>
    /// <exception cref="ServerException">There are too few descriptors to serve anybody.</exception>
    public static ConnectionCapacity For(int wanted, long descriptors, int open)
    {
        var free = descriptors - open - Reserve;
        if (free < Least + MinLastWords)
            throw new ServerException(string.Create(CultureInfo.InvariantCulture,
                $"there are only {descriptors} file descriptors, and {open} are in use before anybody has connected: raise the limit with 'ulimit -n {Math.Max(1024, open + 512)}', or LimitNOFILE= of systemd"));
        // Last words get a part of the descriptors: the more there are, the more refused clients can be told why.
        var lastWords = (int)Math.Clamp(free / 16, MinLastWords, MaxLastWords);
        var admins = (int)Math.Min(Admins, free / 16);
        var all = (int)Math.Min(wanted, free - lastWords - admins);
        return new ConnectionCapacity(all, Math.Min(Math.Max(all / 16, MinKept), all / 4), lastWords);
    }
}
