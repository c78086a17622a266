using ChatProtocol.Hub;
using ChatProtocol.Testing;

namespace ChatProtocol.Simulation;

/// <summary>
/// The hasher of passwords: two threads, each of which does its tasks in the order in which they came, takes its time, and refuses
/// those that it has no room for. What it has not done is lost with the process.
/// </summary>
internal sealed class SimulatedHasher(World world) : IPasswordHasher
{
    private readonly Queue<WaitingTask>[] _threads = [new(), new()];
    private readonly long[] _busyUntil = new long[2];
    private int _next;

    public bool IsIdle => _threads.All(thread => thread.Count == 0);

    public bool TryBegin(PasswordTask task)
    {
        for (var i = 0; i < _threads.Length; i++)
        {
            var at = _next++ % _threads.Length;
            if (_threads[at].Count >= world.Swarm.HasherRoom)
                continue;
            var time = world.Dice.Skewed(world.IsHealing ? 5 : world.Swarm.HashTime);
            _busyUntil[at] = Math.Max(_busyUntil[at], world.Clock.Elapsed) + time;
            _threads[at].Enqueue(new WaitingTask(task, _busyUntil[at]));
            return true;
        }
        return false;
    }

    public byte[] NewSecret() => world.Dice.Bytes(SecretCode.Size);

    /// <summary>Tells the hub of the tasks that are done.</summary>
    public void Report(ChatHub hub)
    {
        while (_threads.Where(IsDue).ToList() is { Count: > 0 } due)
        {
            var (task, _) = (due.Count > 1 ? world.Dice.Pick(due) : due[0]).Dequeue();
            world.Trace.Note(Happening.Hashed, (ulong)task.Password.Length);
            hub.PasswordDone(task, Do(task));
        }
    }

    private bool IsDue(Queue<WaitingTask> thread) => thread.TryPeek(out var next) && next.Due <= world.Clock.Elapsed;

    private PasswordResult Do(PasswordTask task)
    {
        if (world.Broken == BrokenVariant.WrongPasswordTaken && task is PasswordTask.Check { Hash: not null })
            return new PasswordResult(true, null);
        // A hash that was made by another version is made anew at the next login.
        if (task is PasswordTask.Make && world.Dice.Chance(0.3))
            return new PasswordResult(true, FakePasswordHasher.OldHashOf(task.Password.Span));
        return FakePasswordHasher.Do(task);
    }

    private readonly record struct WaitingTask(PasswordTask Task, long Due);
}
