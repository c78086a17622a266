using Xunit;

namespace ChatProtocol.Tests;

/// <summary>For what tells nobody when it changes, as a terminal or another process: it is looked at until it is so.</summary>
internal static class Polling
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    // Far more than it ever takes, and less than a test has, so that what there was to see is told.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <param name="look">Looks once.</param>
    /// <param name="describe">What is told when it does not come: what was waited for, and what there is in its place.</param>
    public static async Task UntilAsync(Func<Task<bool>> look, Func<string> describe)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!await look())
        {
            Assert.False(late.IsCancellationRequested, describe());
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
