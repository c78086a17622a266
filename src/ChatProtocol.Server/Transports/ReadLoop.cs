using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ChatProtocol.Server;

/// <summary>
/// One thread that reads for every connection, into one buffer: idle connections hold no memory, and each arrival costs one system
/// call. A reader that waits for input resumes in this thread, so it may wait for nothing but the hub there. Thread-safe.
/// </summary>
internal sealed class ReadLoop : IDisposable
{
    private readonly Epoll _epoll = new();
    private readonly ConcurrentQueue<SocketInput> _asked = new();
    private readonly Lock _adding = new();
    private readonly Thread _thread;

    // The inputs by the number of their descriptor, which Linux keeps small.
    private SocketInput?[] _inputs = new SocketInput?[64];
    private int _isWaiting;
    private volatile bool _isEnding;

    private ReadLoop()
    {
        _thread = new Thread(Run) { Name = "read", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Null where there is no epoll: the runtime reads the connections then.</summary>
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

    /// <summary>Has an input looked at although no new bytes have come.</summary>
    public void Ask(SocketInput input)
    {
        _asked.Enqueue(input);
        if (Interlocked.Exchange(ref _isWaiting, 0) == 1)
            _epoll.Wake();
    }

    /// <summary>Ends the thread, from another one. No reader may wait for input any more.</summary>
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
            // The flag is set before the look, so a thread that asks in between wakes this one.
            Interlocked.Exchange(ref _isWaiting, 1);
            _epoll.Wait(onlyLook: !_asked.IsEmpty, happened);
            Volatile.Write(ref _isWaiting, 0);
            foreach (var (socket, isLast) in happened)
            {
                // An input that was closed meanwhile is gone, or its number is another one's, which is looked at for nothing.
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

/// <summary>The buffer that a <see cref="ReadLoop"/> reads into.</summary>
internal sealed class ReadBuffer
{
    private const int Size = 64 * 1024;

    public byte[] Bytes { get; private set; } = ArrayPool<byte>.Shared.Rent(Size);

    /// <summary>Takes another buffer, because a reader keeps this one.</summary>
    public void Replace() => Bytes = ArrayPool<byte>.Shared.Rent(Size);
}
