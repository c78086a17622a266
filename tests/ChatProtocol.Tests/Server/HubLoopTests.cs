using System.Diagnostics;
using ChatProtocol.Hub;
using ChatProtocol.Server;
using ChatProtocol.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The end of the hub's thread, whatever its log does.</summary>
public sealed class HubLoopTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Spec("CP-ADM-008")]
    [Theory(Timeout = 20_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_that_stores_nothing_or_never_answers_holds_up_the_end_no_longer_than_the_grace_time(bool isSilent)
    {
        using var loop = Start(batch => isSilent ? null : new HubInput.CommitFailed(batch));
        var began = Stopwatch.GetTimestamp();

        loop.Drain(OrderWithin(TimeSpan.FromSeconds(1)));
        await loop.StopAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        var failure = await Assert.ThrowsAsync<ServerException>(() => loop.Failed);
        Assert.Contains("before its last records were stored", failure.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_batch_that_was_lost_is_tried_again_while_the_thread_ends_which_is_over_once_it_is_stored()
    {
        var lost = 0;
        using var loop = Start(batch => ++lost <= 2 ? new HubInput.CommitFailed(batch) : new HubInput.Committed(batch));

        loop.Drain(OrderWithin(Long));
        await loop.StopAsync();

        Assert.Equal(3, lost);
        Assert.False(loop.Failed.IsCompleted);
    }

    private static ShutdownOrder OrderWithin(TimeSpan grace) => new(grace, new Bye(ByeCode.Shutdown, "", null));

    private static HubLoop Start(Func<LogBatch, HubInput?> outcomeOf)
    {
        var log = new AnsweringLog(outcomeOf);
        // The hub's first batch reserves ids for rooms.
        var hub = new ChatHub(new HubOptions { Server = new byte[16], Epoch = 1, HashKey = new byte[16] }, log, new FakePasswordHasher(), _ => { });
        var loop = log.Loop = new HubLoop(hub, TimeProvider.System);
        loop.Start();
        return loop;
    }

    /// <summary>Answers each batch as the test says, or not at all.</summary>
    private sealed class AnsweringLog(Func<LogBatch, HubInput?> outcomeOf) : ILog
    {
        public HubLoop? Loop { get; set; }

        public StartupContents Load() => new FakeLog().Contents;

        public void Append(LogBatch batch)
        {
            if (outcomeOf(batch) is { } outcome)
                Loop!.Control(outcome);
        }

        public void Read(EntryRead read)
        {
        }

        public void Find(DirectoryLookup read)
        {
        }

        public void Do(MaintenanceTask task)
        {
        }

        public void Search(SearchRead read)
        {
        }
    }
}
