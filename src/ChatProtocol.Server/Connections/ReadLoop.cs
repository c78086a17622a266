using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>
/// One thread that reads for every connection, into one buffer: idle ones hold nothing, and for whatever comes the kernel
/// is asked once. Who waits for input goes on in this thread, so nothing there may wait for anything but the hub. Thread-safe.
/// </summary>
internal sealed class ReadLoop : IDisposable
{
    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<SocketInput> _asked = new();
    private readonly Lock _adding = new();
    private readonly Thread _thread;

    // By the number of their descriptor, which Linux keeps small.
    private SocketInput?[] _inputs = new SocketInput?[64];
    private int _isWaiting;
    private volatile bool _isEnding;

    private ReadLoop()
    {
        _thread = new Thread(Run) { Name = "read", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Null where there is no epoll: connections are read by the runtime's means then.</summary>
    public static ReadLoop? StartIfThereIsEpoll() => OperatingSystem.IsLinux() ? new ReadLoop() : null;

    /// <summary>Begins to watch a socket. Complete the input before the socket is closed.</summary>
    public SocketInput Add(Socket socket)
    {
        var number = (int)socket.Handle;
        var input = new SocketInput(socket, number, this);
        lock (_adding)
        {
            if (number >= _inputs.Length)
                Array.Resize(ref _inputs, Math.Max(number + 1, 2 * _inputs.Length));
            _inputs[number] = input;
        }
        _epoll.Add(number);
        return input;
    }

    public void Remove(SocketInput input)
    {
        lock (_adding)
            if (_inputs[input.Number] == input)
                _inputs[input.Number] = null;
    }

    /// <summary>Has an input looked at although nothing new has come.</summary>
    public void Ask(SocketInput input)
    {
        _asked.Enqueue(input);
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1)
            _epoll.Wake();
    }

    /// <summary>Ends the thread, from any other. Nobody may wait for input any more.</summary>
    public void Dispose()
    {
        _isEnding = true;
        _epoll.Wake();
        _thread.Join();
        _epoll.Dispose();
    }

    private void Run()
    {
        var happened = new List<Epoll.Event>();
        var buffer = new ReadBuffer();
        while (!_isEnding)
        {
            // First say so, then look: who asks in between wakes us.
            Interlocked.Exchange(ref _isWaiting, 1);
            _epoll.Wait(onlyLook: !_asked.IsEmpty, happened);
            Volatile.Write(ref _isWaiting, 0);
            foreach (var (socket, isLast) in happened)
            {
                // One that was closed meanwhile is there no more, or its number is another's, who is looked at for nothing.
                if (Volatile.Read(ref _inputs)[socket] is not { } input)
                    continue;
                input.HasMore(isLast);
                input.Serve(buffer);
            }
            for (var asked = _asked.Count; asked > 0 && _asked.TryDequeue(out var input); asked--)
                input.Serve(buffer);
        }
    }
}

/// <summary>What a <see cref="ReadLoop"/> reads into.</summary>
internal sealed class ReadBuffer
{
    private const int Size = 64 * 1024;

    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(Size);

    /// <summary>Somebody keeps it.</summary>
    public void Replace() => Bytes = ArrayPool<byte>.Shared.Rent(Size);
}
