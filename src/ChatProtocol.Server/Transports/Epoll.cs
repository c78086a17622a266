using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Server;

/// <summary>
/// Linux's epoll, which waits for many sockets at once. One thread waits; the other members are for any thread.
/// </summary>
internal sealed class Epoll : IDisposable
{
    private const int MaxEvents = 256;
    private const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC, EFD_CLOEXEC
    private const int DontWait = 0x40; // MSG_DONTWAIT
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN
    private const int AddFile = 1; // EPOLL_CTL_ADD
    private const uint Readable = 0x1; // EPOLLIN
    private const uint EndOfInput = 0x2000; // EPOLLRDHUP
    private const uint Broken = 0x8 | 0x10; // EPOLLERR, EPOLLHUP: always told
    private const uint OnceForEach = 1u << 31; // EPOLLET

    // The kernel packs the event structure on x64 only.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly SafeFileHandle _epoll = Open(LibC.CreateEpoll(CloseOnExec));
    private readonly SafeFileHandle _wake = Open(LibC.CreateCounter(0, CloseOnExec));
    private readonly int _wakeNumber;
    private readonly byte[] _events = new byte[MaxEvents * 16];
    private ulong _wakes;

    public Epoll()
    {
        _wakeNumber = (int)_wake.DangerousGetHandle();
        Watch(_wakeNumber, Readable);
    }

    /// <summary>An event of a socket: there is something to read, and perhaps nothing will follow.</summary>
    /// <param name="Socket">The number of the socket's descriptor.</param>
    /// <param name="IsLast">The other side sends no more, or the socket is broken.</param>
    public readonly record struct Event(int Socket, bool IsLast);

    /// <summary>Watches a socket until it is closed: one event each time that something new comes.</summary>
    public void Add(int socket) => Watch(socket, Readable | EndOfInput | OnceForEach);

    /// <summary>Ends the wait that is under way, or the next one.</summary>
    public void Wake() => Check(LibC.Write(_wake, 1, sizeof(ulong)));

    /// <summary>Waits for events, or only looks whether there are any.</summary>
    public void Wait(bool onlyLook, List<Event> happened)
    {
        happened.Clear();
        var count = LibC.WaitForEvents(_epoll, _events, MaxEvents, onlyLook ? 0 : -1);
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            Check(count);
        for (var i = 0; i < count; i++)
        {
            var what = MemoryMarshal.Read<uint>(_events.AsSpan(i * EventSize));
            var file = MemoryMarshal.Read<int>(_events.AsSpan((i * EventSize) + EventSize - sizeof(long)));
            if (file == _wakeNumber)
                Check(LibC.Read(_wake, ref _wakes, sizeof(ulong)));
            else
                happened.Add(new Event(file, (what & (EndOfInput | Broken)) != 0));
        }
    }

    /// <summary>Receives the bytes that a socket has, without waiting.</summary>
    /// <returns>How many bytes; 0 at the end of the input; null if there are none just now.</returns>
    /// <exception cref="IOException">The socket is broken.</exception>
    /// <exception cref="ObjectDisposedException">The socket was closed on this side.</exception>
    public static int? Receive(Socket socket, Span<byte> into)
    {
        while (true)
        {
            var count = LibC.Receive(socket.SafeHandle, into, into.Length, DontWait);
            if (count >= 0)
                return (int)count;
            switch (Marshal.GetLastPInvokeError())
            {
                case TryAgain:
                    return null;
                case Interrupted:
                    continue;
                default:
                    throw Failure();
            }
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private void Watch(int file, uint events)
    {
        Span<byte> wanted = stackalloc byte[16];
        MemoryMarshal.Write(wanted, events);
        MemoryMarshal.Write(wanted[(EventSize - sizeof(long))..], (long)file);
        Check(LibC.ControlEpoll(_epoll, AddFile, file, wanted));
    }

    private static SafeFileHandle Open(int file)
    {
        Check(file);
        return new SafeFileHandle(file, ownsHandle: true);
    }

    private static void Check(nint result)
    {
        if (result < 0)
            throw Failure();
    }

    private static IOException Failure() => new(Marshal.GetLastPInvokeErrorMessage());
}
