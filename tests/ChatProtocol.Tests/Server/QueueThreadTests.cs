using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class QueueThreadTests
{
    [Fact(Timeout = 20_000)]
    public async Task What_waits_is_done_in_order_before_the_end()
    {
        using var goOn = new ManualResetEventSlim();
        var done = new List<int>();
        var thread = new QueueThread<int>("test", item =>
        {
            goOn.Wait(TestContext.Current.CancellationToken);
            done.Add(item);
        });
        thread.Start();
        for (var item = 0; item < 100; item++)
            thread.Add(item);
        var end = thread.DisposeAsync();
        Assert.False(end.IsCompleted);
        goOn.Set();
        await end;

        Assert.Equal(Enumerable.Range(0, 100), done);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_there_is_no_room_for_is_not_taken()
    {
        using var begun = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var done = 0;
        await using (var thread = new QueueThread<int>("test", _ =>
        {
            begun.Release();
            goOn.Wait(TestContext.Current.CancellationToken);
            done++;
        }, capacity: 1))
        {
            thread.Start();
            thread.Add(1);
            await begun.WaitAsync(TestContext.Current.CancellationToken);
            Assert.True(thread.TryAdd(2));
            Assert.False(thread.TryAdd(3));
            goOn.Release(2);
        }

        Assert.Equal(2, done);
    }

    [Fact(Timeout = 20_000)]
    public async Task One_that_was_never_started_ends_at_once()
    {
        var thread = new QueueThread<int>("test", _ => throw new InvalidOperationException());
        thread.Add(1);
        await thread.DisposeAsync();
    }
}
