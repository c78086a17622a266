using Xunit;
using Xunit.v3;

namespace ChatProtocol.Tests;

/// <summary>Waits for what tells nobody when it changes, as a terminal, a file, another process or thread: it is looked at until it is so.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // Far more than it ever takes where a test has no time of its own.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(45);

    /// <summary>Less than the test has, so that what there was to see is told.</summary>
    private static TimeSpan Patience =>
        TestContext.Current.Test is IXunitTest { Timeout: > 0 } test ? 0.8 * TimeSpan.FromMilliseconds(test.Timeout) : Longest;

    public static Task TrueAsync(Func<bool> isSo, string what) => TrueAsync(() => Task.FromResult(isSo()), () => what);

    public static Task TrueAsync(Func<Task<bool>> isSo, string what) => TrueAsync(isSo, () => what);

    /// <param name="isSo">Looks once.</param>
    /// <param name="describe">What is told when it does not come: what was waited for, and what there is in its place.</param>
    public static async Task TrueAsync(Func<Task<bool>> isSo, Func<string> describe)
    {
        var patience = Patience;
        using var late = new CancellationTokenSource(patience);
        while (!await isSo())
        {
            Assert.False(late.IsCancellationRequested, $"not within {patience.TotalSeconds:0} s: {describe()}");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
