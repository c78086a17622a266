using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// Waits for what can only be seen by looking: the state of a thread, a file, a server's own account. Looks are counted and
/// not seconds, so that a machine that is busy with others gives more time to what is waited for too.
/// </summary>
internal static class Eventually
{
    private const int Looks = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> isSo, string what) => TrueAsync(() => Task.FromResult(isSo()), what);

    public static async Task TrueAsync(Func<Task<bool>> isSo, string what)
    {
        for (var looks = 1; !await isSo(); looks++)
        {
            Assert.True(looks < Looks, $"{what}: not within {Looks} looks");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
