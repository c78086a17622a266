using System.Diagnostics;

namespace ChatProtocol.Tools;

/// <summary>Connects clients, a number of them at a time, and records the time that each took.</summary>
internal sealed class Dialer(EventLoop loop, int concurrency)
{
    // A Unix socket whose queue is full refuses at once, so the connection has to be retried.
    private static readonly long Pause = Stopwatch.Frequency / 1000;

    private readonly Queue<Client> _waiting = new();
    private int _underWay;
    private long _startedAt;
    private bool _isPausing;

    /// <summary>The number of clients in the room.</summary>
    public int Ready { get; private set; }

    public LatencyHistogram Took { get; } = new();

    /// <summary>The time from the first try to the last answer so far.</summary>
    public TimeSpan Elapsed { get; private set; }

    public void Start(IEnumerable<Client> clients)
    {
        _startedAt = EventLoop.Now;
        foreach (var client in clients)
        {
            client.WhenReady = BeReady;
            _waiting.Enqueue(client);
        }
        Go();
    }

    private void Go()
    {
        while (!_isPausing && _underWay < concurrency && _waiting.TryPeek(out var next))
        {
            if (!next.TryStart())
            {
                _isPausing = true;
                loop.At(EventLoop.Now + Pause, GoOn);
                return;
            }
            _waiting.Dequeue();
            _underWay++;
        }
    }

    private long GoOn(long now)
    {
        _isPausing = false;
        Go();
        return long.MaxValue;
    }

    private void BeReady(long took)
    {
        Ready++;
        _underWay--;
        Took.Add(took);
        Elapsed = Stopwatch.GetElapsedTime(_startedAt, loop.ReadAt);
        Go();
    }
}
