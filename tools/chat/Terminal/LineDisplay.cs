using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Tools;

/// <summary>
/// A display line by line, for terminals without control sequences and for output that is no terminal: output is appended,
/// without any control sequence, and the terminal itself edits the typed line.
/// </summary>
/// <param name="input">The terminal, in its usual mode.</param>
/// <param name="output">The output.</param>
/// <param name="bell">Whether the output is a terminal, which has a bell.</param>
internal sealed class LineDisplay(Stream input, TextWriter output, bool bell) : IDisplay, IDisposable
{
    /// <summary>The longest line in bytes; a terminal in its usual mode silently cuts off a longer one.</summary>
    private const int CutAt = 4095;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _gone = new();
    private IOException? _failure;

    /// <summary>The format of an error about a typed line.</summary>
    public Func<string, string> ErrorLine { get; init; } = text => "! " + text;

    /// <summary>Reads from the controlling terminal and writes to a writer of standard output.</summary>
    public static LineDisplay WritingTo(TextWriter output, TerminalStyle style) =>
        new(OpenTerminal(), output, bell: !Console.IsOutputRedirected) { ErrorLine = style.ErrorLine };

    // Opened without the console class, which would edit lines itself, and badly with wide characters.
    private static Stream OpenTerminal() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <inheritdoc/>
    public string Prompt
    {
        set
        {
            // A prompt that stays below the output needs control sequences.
        }
    }

    /// <inheritdoc/>
    public int? Columns => null;

    /// <inheritdoc/>
    public void Print(string line) => Write(line + "\n");

    /// <inheritdoc/>
    public void Ring()
    {
        if (bell)
            Write("\a");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _gone.Token);
        await using var lines = InputLines.ReadBytesAsync(input, ended.Token, endsUnfinished: false).GetAsyncEnumerator(CancellationToken.None);
        while (await MoveNextAsync(lines, cancellationToken))
        {
            if (Validate(lines.Current.Bytes) is { } fault)
                Print(ErrorLine($"not sent: {fault}"));
            else if (lines.Current.ToText().ToString() is var line && !string.IsNullOrWhiteSpace(line))
                yield return line;
        }
        if (Volatile.Read(ref _failure) is { } failure)
            throw failure;
    }

    /// <summary>Ends the reading; output is still printed afterwards.</summary>
    public void Dispose() => _gone.Dispose();

    /// <summary>Reads the next line; false at the end of the input, and when the output has failed.</summary>
    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<InputBytes> lines, CancellationToken stop)
    {
        try
        {
            return await lines.MoveNextAsync();
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
        catch (IOException)
        {
            return false; // Hung up.
        }
        catch (InvalidDataException e)
        {
            Print(ErrorLine(e.Message));
            return false;
        }
    }

    /// <summary>Why a line is not sent, as it may not be what the user meant; null if it is.</summary>
    private static string? Validate(byte[] line)
    {
        if (line.Length >= CutAt)
            return $"the terminal cut the line off at {CutAt} bytes; chat send takes longer ones";
        if (!Text.TryFromUtf8(line, out _))
            return "the line is no valid UTF-8";
        return line.AsSpan().ContainsAnyInRange((byte)0, (byte)8) || line.AsSpan().ContainsAnyInRange((byte)10, (byte)31) || line.AsSpan().Contains((byte)0x7f)
            ? "there are control characters in the line; arrow keys and the like do not edit it here"
            : null;
    }

    private void Write(string text)
    {
        lock (_lock)
        {
            try
            {
                output.Write(text);
                output.Flush();
            }
            catch (IOException e)
            {
                // The output has failed, so the user sees no more messages and the session ends.
                Volatile.Write(ref _failure, e);
                _ = _gone.CancelAsync();
            }
        }
    }
}
