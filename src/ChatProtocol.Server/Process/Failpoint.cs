using System.Diagnostics;

namespace ChatProtocol.Server;

/// <summary>
/// Named places where a test build ends the process as SIGKILL does: <c>CHATD_FAILPOINT=commit.ready:3</c> ends it the third
/// time that it reaches that place. Any other build has neither the calls nor the names.
/// </summary>
internal static class Failpoint
{
#if FAILPOINTS
    private static readonly string[] Chosen = (Environment.GetEnvironmentVariable("CHATD_FAILPOINT") ?? "none:1").Split(':');
    private static readonly System.Runtime.CompilerServices.StrongBox<int> Left = new(int.Parse(Chosen[1], System.Globalization.CultureInfo.InvariantCulture));
#endif

    [Conditional("FAILPOINTS")]
    public static void Reach(string point)
    {
#if FAILPOINTS
        if (point == Chosen[0] && Interlocked.Decrement(ref Left.Value) == 0)
            Process.GetCurrentProcess().Kill();
#endif
    }
}
