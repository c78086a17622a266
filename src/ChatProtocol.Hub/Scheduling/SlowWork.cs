namespace ChatProtocol.Hub;

/// <summary>
/// Jobs too long for one turn, such as telling the ten thousand members of a room: a job does one step at a time and
/// yields, and the next job begins when it is done, so that members are told in the order in which jobs began. Jobs that an admin
/// asked for go before those that anybody can cause.
/// </summary>
internal sealed class SlowWork(StepCounter steps)
{
    private readonly Queue<IEnumerator<bool>> _admins = new();
    private readonly Queue<IEnumerator<bool>> _jobs = new();

    public bool IsIdle => _admins.Count + _jobs.Count == 0;

    /// <summary>Takes a job.</summary>
    /// <param name="job">Yields after each step; the state that it iterates over may have changed by the next.</param>
    public void Begin(IEnumerable<bool> job) => _jobs.Enqueue(job.GetEnumerator());

    /// <summary>Takes a job that an admin has asked for.</summary>
    public void BeginForAdmin(IEnumerable<bool> job) => _admins.Enqueue(job.GetEnumerator());

    /// <summary>Works until the steps are used up; true if there is more to do.</summary>
    public bool Work(long until)
    {
        Work(_admins, until);
        Work(_jobs, until);
        return !IsIdle;
    }

    private void Work(Queue<IEnumerator<bool>> jobs, long until)
    {
        while (steps.Count < until && jobs.TryPeek(out var job))
        {
            steps.Add();
            if (job.MoveNext())
                continue;
            job.Dispose();
            jobs.Dequeue();
        }
    }
}
