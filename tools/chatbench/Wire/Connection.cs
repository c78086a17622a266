using System.Buffers.Binary;

namespace ChatProtocol.Tools;

/// <summary>
/// One stream of frames on a non-blocking socket. It holds buffers only while a frame is half read or not yet sent, so that
/// ten thousand idle connections cost next to nothing.
/// </summary>
internal abstract class Connection(EventLoop loop)
{
    private const int Nowhere = -1;
    private const int Generous = 1024 * 1024;

    private int _socket = Nowhere;
    private bool _isConnecting;
    private bool _isReading = true;
    private bool _waitsForRoom;
    private byte[]? _begun;
    private FrameBuffer? _output;
    private int _sent;

    protected EventLoop Loop => loop;

    public bool IsOpen => _socket != Nowhere;

    /// <summary>Starts to connect. False if the server's queue is full for now: retry a little later.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="receiveBuffer">The size of the socket's receive buffer in bytes; 0 for the kernel's choice.</param>
    public bool Connect(ServerAddress server, int receiveBuffer = 0)
    {
        var socket = LibC.OpenSocket(server.Family, LibC.NonBlockingStream, 0);
        if (socket < 0)
            throw Unreachable(server, LibC.Error);
        if (server.Family != LibC.UnixFamily)
            _ = LibC.SetOption(socket, LibC.Tcp, LibC.NoDelay, 1, sizeof(int));
        if (receiveBuffer > 0)
            _ = LibC.SetOption(socket, LibC.Socket, LibC.ReceiveBuffer, receiveBuffer, sizeof(int));
        var error = LibC.Connect(socket, server.Bytes, server.Bytes.Length) == 0 ? 0 : LibC.Error;
        if (error is not (0 or LibC.InProgress))
        {
            _ = LibC.Close(socket);
            return error == LibC.Again ? false : throw Unreachable(server, error);
        }
        _socket = socket;
        _isConnecting = true;
        loop.Add(this, socket, LibC.Writable);
        return true;
    }

    /// <summary>Stops reading until told otherwise, so that the server has to hold the data.</summary>
    public void StopReading() => SetReading(false);

    public void GoOnReading()
    {
        // With the small receive buffer of a stalled reader the rest would arrive in small pieces.
        _ = LibC.SetOption(_socket, LibC.Socket, LibC.ReceiveBuffer, Generous, sizeof(int));
        SetReading(true);
    }

    /// <summary>Closes the socket without a quit.</summary>
    public void Close()
    {
        if (!IsOpen)
            return;
        loop.Remove(_socket);
        _ = LibC.Close(_socket);
        _socket = Nowhere;
        (_begun, _sent, _waitsForRoom, _isReading) = (null, 0, false, true);
        if (_output is not null)
            loop.ReturnBuffer(_output);
        _output = null;
    }

    /// <summary>Handles the socket's events; called by the loop.</summary>
    public void Happened(uint events)
    {
        if (_isConnecting)
        {
            CompleteConnecting();
            return;
        }
        if ((events & LibC.Writable) != 0)
            Flush();
        // A broken connection is read even if reading is stopped; otherwise epoll would report it again and again.
        if (IsOpen && (events & (_isReading ? ~LibC.Writable : LibC.Broken)) != 0)
            Read();
    }

    /// <summary>Appends a frame to the output; <see cref="Flush"/> sends it.</summary>
    protected void Write(Frame frame)
    {
        _output ??= loop.RentBuffer();
        _output.Write(frame);
    }

    /// <summary>Sends as much as the kernel accepts, and the rest when it accepts more.</summary>
    public void Flush()
    {
        if (_output is null || _isConnecting)
            return;
        while (_sent < _output.Length)
        {
            var rest = _output.Written.Span[_sent..];
            var sent = (int)LibC.Send(_socket, rest, rest.Length, LibC.NoSignal);
            if (sent < 0)
            {
                // On a broken connection the server's last frames are read first, since they may hold the reason.
                WaitForRoom(LibC.Error == LibC.Again);
                return;
            }
            _sent += sent;
        }
        loop.ReturnBuffer(_output);
        (_output, _sent) = (null, 0);
        WaitForRoom(false);
    }

    protected abstract void OnConnected();

    /// <summary>The connection failed, with the system's error number.</summary>
    protected abstract void OnConnectFailed(int error);

    /// <summary>A whole frame has arrived, without its length. The bytes are valid during the call only.</summary>
    protected abstract void OnFrame(FrameScan scan, ReadOnlySpan<byte> payload);

    /// <summary>The peer has closed the connection, or it broke.</summary>
    protected abstract void OnClosed();

    /// <summary>The received bytes are not frames of this protocol.</summary>
    protected abstract void OnNoFrames();

    protected static BenchException Unreachable(ServerAddress server, int error) => error switch
    {
        LibC.NotThere => new(ExitCode.Unreachable, $"no server can be reached at {server}: there is no such socket"),
        LibC.TooManyFiles => new(ExitCode.Failed, "this shell allows no more open files: raise the limit with 'ulimit -n', or ask for fewer connections"),
        LibC.NoPort when server.Family != LibC.UnixFamily => new(ExitCode.Failed, $"this machine has no port left for one more connection to {server}: ask for fewer, or widen net.ipv4.ip_local_port_range"),
        _ => new(ExitCode.Unreachable, $"no server can be reached at {server}: {LibC.Describe(error)}"),
    };

    private void CompleteConnecting()
    {
        var length = sizeof(int);
        if (LibC.GetOption(_socket, LibC.Socket, LibC.SocketError, out var error, ref length) < 0)
            error = LibC.Error;
        _isConnecting = false;
        if (error != 0)
        {
            Close();
            OnConnectFailed(error);
            return;
        }
        loop.Change(_socket, Interest);
        OnConnected();
        Flush();
    }

    private void Read()
    {
        var input = loop.Input;
        var begun = _begun?.Length ?? 0;
        _begun?.CopyTo(input, 0);
        var read = (int)LibC.Receive(_socket, input.AsSpan(begun), input.Length - begun, 0);
        if (read < 0 && LibC.Error is LibC.Again or LibC.Interrupted)
            return;
        if (read <= 0)
        {
            Close();
            OnClosed();
            return;
        }
        loop.ReadAt = EventLoop.Now;
        _begun = null;
        var end = begun + read;
        var taken = Take(input.AsSpan(0, end));
        if (!IsOpen)
            return;
        if (taken < end)
            _begun = input[taken..end];
        Flush();
    }

    /// <summary>Handles all whole frames at the front, and returns their length in bytes.</summary>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (IsOpen && bytes.Length - at > FrameBuffer.LengthSize)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            if ((uint)(length - 1) >= (uint)(loop.Input.Length - FrameBuffer.LengthSize))
            {
                OnNoFrames();
                break;
            }
            var start = at + FrameBuffer.LengthSize;
            if (bytes.Length - start < length)
                break;
            at = start + length;
            var payload = bytes.Slice(start, length);
            OnFrame(new FrameScan(payload), payload);
        }
        return at;
    }

    private uint Interest => (_isReading ? LibC.Readable : 0) | (_waitsForRoom ? LibC.Writable : 0);

    private void SetReading(bool isReading)
    {
        if (_isReading == isReading || !IsOpen)
            return;
        _isReading = isReading;
        loop.Change(_socket, Interest);
    }

    private void WaitForRoom(bool waits)
    {
        if (_waitsForRoom == waits)
            return;
        _waitsForRoom = waits;
        loop.Change(_socket, Interest);
    }
}
