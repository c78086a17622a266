namespace ChatProtocol.Server;

/// <summary>
/// Sends many queues by several threads at once. Sending is the cost of a large fan-out, a system call for each member; the
/// thread that asks does its share and goes on when all is done, so its data stays its own. On one core it is the only
/// thread.
/// </summary>
internal sealed class ParallelSender : IDisposable
{
    /// <summary>Queues for each helper to be woken, a millisecond or two of sending: for fewer waking is not worth it.</summary>
    private const int WorthHelp = 256;

    /// <summary>Queues that a thread takes at a time.</summary>
    private const int Share = 8;

    private readonly SendBuffer _buffer = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread[] _helpers;
    private volatile Job? _job;
    private volatile bool _isEnding;

    /// <param name="helpers">How many threads help the one that asks.</param>
    public ParallelSender(int helpers)
    {
        _helpers = [.. Enumerable.Range(1, helpers).Select(number => new Thread(Help) { Name = $"send {number}", IsBackground = true })];
        foreach (var helper in _helpers)
            helper.Start();
    }

    /// <summary>
    /// Sends the output of each queue, as far as the kernel takes it. One thread may ask, and no queue may be listed twice.
    /// </summary>
    public void Send(List<SendQueue> queues)
    {
        if (_helpers.Length == 0 || queues.Count < WorthHelp)
        {
            Send(queues, 0, queues.Count, _buffer);
            return;
        }
        var job = new Job(queues);
        _job = job;
        _work.Release(Math.Min(_helpers.Length, queues.Count / WorthHelp));
        job.Work(_buffer);
        job.WaitForOthers();
        _job = null;
    }

    public void Dispose()
    {
        _isEnding = true;
        if (_helpers.Length > 0)
            _work.Release(_helpers.Length);
        foreach (var helper in _helpers)
            helper.Join();
        _work.Dispose();
    }

    private static void Send(List<SendQueue> queues, int from, int to, SendBuffer buffer)
    {
        for (var i = from; i < to; i++)
        {
            // The queues hold answers that senders wait for, and entries that members wait for.
            Failpoint.Reach("answers.send");
            queues[i].Flush(buffer);
        }
    }

    private void Help()
    {
        var buffer = new SendBuffer();
        while (true)
        {
            _work.Wait();
            if (_isEnding)
                return;
            // A helper that wakes up too late finds this job done, or the next one begun.
            _job?.Work(buffer);
        }
    }

    private sealed class Job(List<SendQueue> queues)
    {
        private readonly int _count = queues.Count;
        private int _taken;
        private int _done;

        /// <summary>Takes shares of the queues until none are left.</summary>
        public void Work(SendBuffer buffer)
        {
            while (true)
            {
                var from = Interlocked.Add(ref _taken, Share) - Share;
                if (from >= _count)
                    return;
                var to = Math.Min(from + Share, _count);
                Send(queues, from, to, buffer);
                Interlocked.Add(ref _done, to - from);
            }
        }

        /// <summary>Waits until the helpers are done. None has more than a share left, so the wait is short.</summary>
        public void WaitForOthers()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _done) < _count)
                spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}

/// <summary>The buffer of one thread, in which it joins small pieces to send them at once.</summary>
internal sealed class SendBuffer
{
    private readonly byte[] _bytes = new byte[64 * 1024];

    /// <summary>
    /// The next bytes of a queue in one piece: small ones are copied together, for a copy costs less than a system call.
    /// Valid until the next call.
    /// </summary>
    /// <param name="queue">The pieces; at least one.</param>
    /// <param name="headSent">How many bytes of the first piece were sent already.</param>
    public ReadOnlyMemory<byte> Gather(Queue<ReadOnlyMemory<byte>> queue, int headSent)
    {
        var head = queue.Peek()[headSent..];
        if (queue.Count == 1 || head.Length >= _bytes.Length / 2)
            return head;
        var length = -headSent;
        foreach (var piece in queue)
        {
            var rest = length < 0 ? piece[headSent..] : piece;
            length = Math.Max(length, 0);
            if (length + rest.Length > _bytes.Length)
                break;
            rest.CopyTo(_bytes.AsMemory(length));
            length += rest.Length;
        }
        return _bytes.AsMemory(0, length);
    }
}
