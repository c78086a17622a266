using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Waits for what can only be seen by looking: the state of a thread, a file, a server's own account.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> isSo, string what) => TrueAsync(() => Task.FromResult(isSo()), what);

    public static async Task TrueAsync(Func<Task<bool>> isSo, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await isSo())
        {
            Assert.False(late.IsCancellationRequested, $"{what}: not within 10 s");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
