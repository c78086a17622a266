using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Tools;

/// <summary>
/// Line by line, for terminals that can do no more and where the output is no terminal: what is shown is appended, without
/// any control sequence, and the terminal itself edits what is typed.
/// </summary>
/// <param name="input">The terminal, in its usual mode.</param>
/// <param name="output">Where lines go.</param>
/// <param name="bell">Whether the output is a terminal, which can be rung.</param>
internal sealed class PlainLines(Stream input, TextWriter output, bool bell) : IDisplay, IDisposable
{
    /// <summary>A terminal in its usual mode cuts off what is longer, without a word.</summary>
    private const int CutAt = 4095;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _gone = new();
    private IOException? _failure;

    /// <summary>How complaints about what was typed look.</summary>
    public Func<string, string> Complaint { get; init; } = text => "! " + text;

    /// <summary>The terminal that somebody sits at, and standard output.</summary>
    public static PlainLines OfConsole(Style style) =>
        new(OpenTerminal(), OutputStream.OutputWriter(), bell: !Console.IsOutputRedirected) { Complaint = text => View.Complaint(style, text) };

    // Past the library's console, which would edit lines itself, and badly where characters are wide.
    private static Stream OpenTerminal() => OperatingSystem.IsWindows()
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    /// <inheritdoc/>
    public string Prompt
    {
        set
        {
            // A row that stays below what comes needs more than lines.
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
            if (Complain(lines.Current.Bytes) is { } complaint)
                Print(Complaint($"not sent: {complaint}"));
            else if (lines.Current.ToText().ToString() is var line && !string.IsNullOrWhiteSpace(line))
                yield return line;
        }
        if (Volatile.Read(ref _failure) is { } failure)
            throw failure;
    }

    /// <summary>What is printed from then on still goes out.</summary>
    public void Dispose() => _gone.Dispose();

    /// <summary>False at the end of the input, and when nobody sees any more what is shown.</summary>
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
            Print(Complaint(e.Message));
            return false;
        }
    }

    /// <summary>What was not typed as it was meant is not sent.</summary>
    private static string? Complain(byte[] line)
    {
        if (line.Length >= CutAt)
            return $"a line of {CutAt} bytes is as much as the terminal takes, and the rest is lost; chat send takes more";
        if (!Text.TryFromUtf8(line, out _))
            return "the line is no valid UTF-8";
        return line.AsSpan().ContainsAnyInRange((byte)0, (byte)8) || line.AsSpan().ContainsAnyInRange((byte)10, (byte)31) || line.AsSpan().Contains((byte)0x7f)
            ? "there are control characters in the line; arrows and the like edit nothing here"
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
                // Nobody sees any more what is said, and so there is nobody to talk with.
                Volatile.Write(ref _failure, e);
                _ = _gone.CancelAsync();
            }
        }
    }
}
