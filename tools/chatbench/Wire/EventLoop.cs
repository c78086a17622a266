using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>
/// The event loop: one thread waits for all connections and timers and calls them. So nothing here is locked, and the code
/// runs in the order in which it reads.
/// </summary>
internal sealed class EventLoop : IDisposable
{
    private const int MaxEvents = 512;

    // The longest wait, so that Ctrl-C and conditions that depend on time are noticed soon.
    private static readonly long Glance = Stopwatch.Frequency / 20;

    // The kernel packs struct epoll_event on x64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _epoll = LibC.CreateEpoll(LibC.CloseOnExec);
    private readonly byte[] _events = new byte[MaxEvents * 16];
    private readonly List<LoopTimer> _timers = [];
    private readonly Stack<FrameBuffer> _spare = new();
    private readonly CancellationToken _stop;

    // Indexed by file descriptor, which Linux keeps small.
    private Connection?[] _connections = new Connection?[64];

    public EventLoop(CancellationToken stop) => _stop = stop;

    /// <summary>The input buffer, shared by all connections one at a time, so that idle ones hold none.</summary>
    public byte[] Input { get; private set; } = new byte[256 * 1024];

    /// <summary>The time, in ticks, at which the input being handled was read, and so counts as received.</summary>
    public long ReadAt { get; set; }

    /// <summary>The clock of all measurements, in ticks of <see cref="Stopwatch"/>.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Grows the input buffer beyond the longest frame, so that a read always makes progress.</summary>
    public void MakeRoomFor(int frame)
    {
        if (Input.Length < 2 * (frame + FrameBuffer.LengthSize))
            Input = new byte[2 * (frame + FrameBuffer.LengthSize)];
    }

    /// <summary>Runs until a condition holds; false if stopped before, or at the deadline.</summary>
    public bool RunUntil(Func<bool> isDone, long deadline = long.MaxValue)
    {
        while (!isDone())
        {
            if (_stop.IsCancellationRequested || Now >= deadline)
                return false;
            Turn(deadline);
        }
        return true;
    }

    /// <summary>Sets a timer; its call returns the next time.</summary>
    /// <param name="due">The first time, in ticks.</param>
    /// <param name="act">Gets the present time and returns the next one; <see cref="long.MaxValue"/> ends the timer.</param>
    public void At(long due, Func<long, long> act) => _timers.Add(new LoopTimer { Due = due, Act = act });

    public void Add(Connection connection, int file, uint interest)
    {
        if (file >= _connections.Length)
            Array.Resize(ref _connections, Math.Max(file + 1, 2 * _connections.Length));
        _connections[file] = connection;
        Control(LibC.Add, file, interest);
    }

    public void Change(int file, uint interest) => Control(LibC.Change, file, interest);

    public void Remove(int file)
    {
        _connections[file] = null;
        Control(LibC.Remove, file, 0);
    }

    /// <summary>Rents an output buffer, which is returned once it is sent.</summary>
    public FrameBuffer RentBuffer() => _spare.TryPop(out var buffer) ? buffer : new FrameBuffer(1024);

    public void ReturnBuffer(FrameBuffer buffer)
    {
        buffer.Clear();
        if (_spare.Count < MaxEvents)
            _spare.Push(buffer);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection?.Close();
        _ = LibC.Close(_epoll);
    }

    private void Turn(long deadline)
    {
        var count = LibC.WaitEpoll(_epoll, _events, MaxEvents, 0);
        if (count == 0 && Sleep(deadline))
            count = LibC.WaitEpoll(_epoll, _events, MaxEvents, 0);
        for (var i = 0; i < count; i++)
        {
            var happened = MemoryMarshal.Read<uint>(_events.AsSpan(i * EventSize));
            var file = MemoryMarshal.Read<int>(_events.AsSpan((i * EventSize) + EventSize - 8));
            // An earlier call in this round may have closed the connection.
            _connections[file]?.Happened(happened);
        }
        RunTimers();
    }

    /// <summary>Waits until a socket is ready, a timer is due or the deadline is reached; true if a socket is ready.</summary>
    private bool Sleep(long deadline)
    {
        var now = Now;
        var wake = Math.Min(now + Glance, deadline);
        foreach (var timer in _timers)
            wake = Math.Min(wake, timer.Due);
        if (wake <= now)
            return false;
        var awaited = new LibC.Awaited { File = _epoll, Events = (short)LibC.Readable };
        var nanoseconds = (nint)Stopwatch.GetElapsedTime(now, wake).TotalNanoseconds;
        return LibC.Poll(ref awaited, 1, new LibC.Span { Nanoseconds = nanoseconds }, 0) > 0;
    }

    private void RunTimers()
    {
        if (_timers.Count == 0)
            return;
        var now = Now;
        for (var i = 0; i < _timers.Count; i++)
        {
            if (_timers[i].Due <= now)
                _timers[i].Due = _timers[i].Act(now);
        }
        _timers.RemoveAll(timer => timer.Due == long.MaxValue);
    }

    private void Control(int operation, int file, uint interest)
    {
        Span<byte> wanted = stackalloc byte[16];
        MemoryMarshal.Write(wanted, interest);
        MemoryMarshal.Write(wanted[(EventSize - 8)..], (long)file);
        if (LibC.ControlEpoll(_epoll, operation, file, wanted) < 0)
            throw new BenchException(ExitCode.Failed, $"the system does not watch a connection: {LibC.Describe(LibC.Error)}");
    }

    private sealed class LoopTimer
    {
        public long Due { get; set; }

        public required Func<long, long> Act { get; init; }
    }
}
