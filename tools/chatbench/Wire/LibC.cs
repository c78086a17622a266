using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>System calls of Linux for sockets and epoll, without the runtime's own threads and buffers.</summary>
internal static partial class LibC
{
    public const int NonBlockingStream = 1 | 0x800 | 0x80000; // SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC
    public const int NoSignal = 0x4000; // MSG_NOSIGNAL

    public const int NotThere = 2; // ENOENT
    public const int Interrupted = 4; // EINTR
    public const int Again = 11; // EAGAIN
    public const int TooManyFiles = 24; // EMFILE
    public const int NoPort = 99; // EADDRNOTAVAIL
    public const int InProgress = 115; // EINPROGRESS

    public const int Socket = 1; // SOL_SOCKET
    public const int SocketError = 4; // SO_ERROR
    public const int ReceiveBuffer = 8; // SO_RCVBUF
    public const int Tcp = 6; // IPPROTO_TCP
    public const int NoDelay = 1; // TCP_NODELAY

    public const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC
    public const int Add = 1, Remove = 2, Change = 3; // EPOLL_CTL_
    public const uint Readable = 1, Writable = 4, Broken = 8 | 16; // EPOLLIN, EPOLLOUT, EPOLLERR and EPOLLHUP

    public const int UnixFamily = 1, Ip4Family = 2, Ip6Family = 10; // AF_

    /// <summary>A struct pollfd: a descriptor to wait for with <see cref="Poll(ref Awaited, nuint, in Span, nint)"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Awaited
    {
        public int File;
        public short Events;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Span
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, ReadOnlySpan<byte> address, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, Span<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, ReadOnlySpan<byte> buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int option, in int value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int socket, int level, int option, out int value, ref int length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int CreateEpoll(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int ControlEpoll(int epoll, int operation, int file, ReadOnlySpan<byte> interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int WaitEpoll(int epoll, Span<byte> events, int most, int milliseconds);

    /// <summary>Waits with the precision of the clock: epoll_wait counts whole milliseconds, and a schedule may have many posts in one.</summary>
    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(ref Awaited awaited, nuint count, in Span atMost, nint mask);

    public static int Error => Marshal.GetLastPInvokeError();

    /// <summary>The system's message for an error number.</summary>
    public static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);
}
