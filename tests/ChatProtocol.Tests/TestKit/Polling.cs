using Xunit;

namespace ChatProtocol.Tests;

/// <summary>For what tells nobody when it changes, as a terminal or another process: it is looked at until it is so.</summary>
internal static class Polling
{
    // Far more than it ever takes. Each look starts a program, which takes as long as the machine is busy: a patience in
    // seconds ran out where thirty times as many programs as processors wanted to run.
    private const int Looks = 1500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <param name="look">Looks once.</param>
    /// <param name="describe">What is told when it does not come: what was waited for, and what there is in its place.</param>
    public static async Task UntilAsync(Func<Task<bool>> look, Func<string> describe)
    {
        for (var looks = 1; !await look(); looks++)
        {
            Assert.True(looks < Looks, describe());
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }
}
