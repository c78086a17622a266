using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Tools;

/// <summary>
/// The program's terminal, in raw mode until this is disposed of or the process ends, also by a signal; only SIGKILL leaves it
/// raw. One at a time.
/// </summary>
internal sealed class RawTerminal : ITerminal
{
    private const int Descriptor = 0;
    private const int UsualColumns = 80;
    private const string BracketedPasteOn = "\x1b[?2004h", BracketedPasteOff = "\x1b[?2004l";

    private readonly FileStream _input = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly byte[] _buffer = new byte[4096];
    private readonly byte[] _before = new byte[LibC.StructSize];
    private readonly byte[] _raw;
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _signals;
    private Task<int>? _reading;
    private bool _isDisposed;

    private RawTerminal()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("There are no raw terminals on Windows.");
        if (LibC.GetMode(Descriptor, _before) != 0)
            throw new IOException($"The terminal's mode cannot be read: {LastError()}.");
        _raw = [.. _before];
        LibC.MakeRaw(_raw);

        // Registered before the mode is changed, because at the first registration the runtime saves the mode, and it
        // restores the saved one at exit.
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Resized?.Invoke()),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, Resume),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Stop),
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                .Select(signal => PosixSignalRegistration.Create(signal, _ => Restore())),
        ];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;

        if (LibC.SetMode(Descriptor, LibC.Now, _raw) != 0)
            throw new IOException($"The terminal's mode cannot be changed: {LastError()}.");
        Write(BracketedPasteOn);
    }

    /// <inheritdoc/>
    public event Action? Resized;

    /// <inheritdoc/>
    public event Action? Suspending;

    /// <inheritdoc/>
    public event Action? Resumed;

    /// <inheritdoc/>
    public bool HasInput => LibC.IsReadable(Descriptor);

    /// <summary>Whether input and output are a terminal that can do what a <see cref="ScreenDisplay"/> needs.</summary>
    public static bool IsAvailable => !OperatingSystem.IsWindows() && !Console.IsInputRedirected && !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    /// <inheritdoc/>
    public int Columns => Console.WindowWidth is > 0 and var columns ? columns : UsualColumns;

    /// <exception cref="IOException">Standard input is no terminal.</exception>
    public static RawTerminal Open() => new();

    /// <inheritdoc/>
    public void Write(string text)
    {
        try
        {
            _output.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // The terminal is gone; the reader notices by the end of the input.
        }
    }

    /// <inheritdoc/>
    public void Suspend() => LibC.StopGroup();

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        // A read of a terminal cannot be cancelled. The next call takes over a waiting one; at the end it is abandoned: it is
        // on a background thread of its own and does not keep the program from exiting.
        _reading ??= Task.Factory.StartNew(ReadSome, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var count = await _reading.WaitAsync(cancellationToken);
        _reading = null;
        return _buffer.AsMemory(0, count);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Restore();
        lock (_lock)
            _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (var signal in _signals)
            signal.Dispose();
        return ValueTask.CompletedTask;
    }

    private int ReadSome()
    {
        try
        {
            return _input.Read(_buffer);
        }
        catch (IOException)
        {
            return 0; // Hung up.
        }
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Suspending?.Invoke();
        Restore();
        LibC.StopHere();
        Resume(); // Without a shell to continue it the process was not stopped, and gets no SIGCONT.
    }

    private void Resume(PosixSignalContext signal)
    {
        signal.Cancel = true; // Otherwise the runtime sets its saved mode afterwards.
        Resume();
    }

    private void Resume()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _ = LibC.SetMode(Descriptor, LibC.Now, _raw);
            Write(BracketedPasteOn);
        }
        Resumed?.Invoke();
    }

    private void Restore()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            Write(BracketedPasteOff);
            _ = LibC.SetMode(Descriptor, LibC.Now, _before);
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => Restore();

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;
}
