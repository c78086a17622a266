using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Tools;

/// <summary>
/// Passwords and other secrets, which stand in no command line: asked for at a terminal, which does not show them, or else read line by
/// line from standard input.
/// </summary>
internal sealed class SecretInput(TextWriter error)
{
    private const int MaxLine = 4096;
    private const int Descriptor = 0;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // The console class would show what is typed by itself.
    private static readonly FileStream Input = new(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <summary>Whether a user at a terminal is asked.</summary>
    public static bool IsTerminal => !Console.IsInputRedirected;

    /// <summary>Reads one secret.</summary>
    /// <param name="what">What is asked for, such as <c>Password of alice</c>.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="CommandException">There is none, or it cannot be one.</exception>
    public async Task<string> ReadAsync(string what, CancellationToken stop)
    {
        if (!IsTerminal)
            return Taken(await Task.Run(ReadLine, CancellationToken.None).WaitAsync(stop), what);
        // Before the question, or who answers at once would be seen to.
        using (new HiddenTyping())
        {
            await error.WriteAsync($"{Escaped.Line(what)}: ");
            await error.FlushAsync(stop);
            return Taken(await Task.Run(ReadLine, CancellationToken.None).WaitAsync(stop), what);
        }
    }

    /// <summary>Reads a new password, at a terminal twice.</summary>
    /// <exception cref="CommandException">There is none, it cannot be one, or the two differ.</exception>
    public async Task<string> ReadNewAsync(string what, CancellationToken stop)
    {
        var password = await ReadAsync(what, stop);
        if (IsTerminal && await ReadAsync("The same again", stop) != password)
            throw new CommandException(ExitCode.Usage, "the two passwords differ, and nothing was done: try again");
        return password;
    }

    private static string Taken(string? line, string what) => !string.IsNullOrEmpty(line) ? line : throw new CommandException(
        ExitCode.Usage, $"{what}: there is none. It is asked for at a terminal, or else a line of standard input");

    // Byte by byte, so that what follows the line is left for others.
    private string? ReadLine()
    {
        var line = new List<byte>();
        for (var next = Input.ReadByte(); next != '\n'; next = Input.ReadByte())
        {
            if (next < 0)
                break;
            line.Add((byte)next);
            if (line.Count > MaxLine)
                throw new CommandException(ExitCode.Usage, $"a line of more than {MaxLine} bytes is no password and no token");
        }
        try
        {
            return Strict.GetString(CollectionsMarshal.AsSpan(line)).TrimEnd('\r');
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException(ExitCode.Usage, "the password is not in UTF-8");
        }
    }

    /// <summary>A terminal that does not show what is typed, until this is disposed of or the process ends by a signal that can be caught.</summary>
    private sealed class HiddenTyping : IDisposable
    {
        private readonly byte[] _before = new byte[LibC.StructSize];
        private readonly byte[] _hidden;
        private readonly PosixSignalRegistration[] _signals = [];

        public HiddenTyping()
        {
            _hidden = _before;
            if (OperatingSystem.IsWindows() || LibC.GetMode(Descriptor, _before) != 0)
                return;
            _hidden = [.. _before];
            LibC.ClearEcho(_hidden);
            // Interrupts and SIGTERM end the waiting, and so this.
            _signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => LibC.SetMode(Descriptor, LibC.Now, _hidden)),
                .. new[] { PosixSignal.SIGHUP, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, _ => Restore())),
            ];
            _ = LibC.SetMode(Descriptor, LibC.Now, _hidden);
        }

        public void Dispose()
        {
            foreach (var signal in _signals)
                signal.Dispose();
            Restore();
        }

        private void Restore()
        {
            if (_hidden != _before)
                _ = LibC.SetMode(Descriptor, LibC.Now, _before);
        }
    }
}
