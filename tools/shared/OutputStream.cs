using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Standard output could not be written, with the cause. The program ends, since its further output would be lost.</summary>
internal sealed class OutputException(IOException cause) : IOException($"standard output cannot be written: {FailureReason.Of(cause)}", cause);

/// <summary>
/// Standard output or standard error. A closed pipe is no failure, as with every filter; a full disk behind standard output,
/// or a terminal that fails, is reported. A write that waits for a reader that does not read ends when the program is to stop.
/// </summary>
/// <param name="inner">The underlying stream.</param>
/// <param name="descriptor">Its descriptor.</param>
/// <param name="onFailure">Called when a write fails, or is given up; it throws, or drops the output.</param>
/// <param name="stop">Cancelled when the program is to stop.</param>
internal sealed class OutputStream(Stream inner, int descriptor, Action<Exception> onFailure, CancellationToken stop) : Stream
{
    /// <summary>A pipe that has room at all takes so many bytes without waiting (PIPE_BUF).</summary>
    private const int Piece = 4096;

    /// <summary>How long a waiting write waits until it looks again whether the program is to stop, in milliseconds.</summary>
    private const int LookAgain = 100;


    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Standard output; a failed write throws an <see cref="OutputException"/>, one that is given up an
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public static OutputStream ForOutput(CancellationToken stop) => new(
        Console.OpenStandardOutput(), 1, failure => throw (failure is IOException cause ? new OutputException(cause) : new OperationCanceledException(stop)), stop);

    /// <summary>Standard output, each call written at once. Thread-safe.</summary>
    public static TextWriter OutputWriter(CancellationToken stop) => Synchronized(ForOutput(stop));

    /// <summary>Standard error, each call written at once; a failed write is dropped, since there is nowhere to report it. Thread-safe.</summary>
    public static TextWriter ErrorWriter(CancellationToken stop) => Synchronized(new OutputStream(Console.OpenStandardError(), 2, _ => { }, stop));

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            for (var rest = buffer; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, Piece)..])
            {
                while (!LibC.IsWritable(descriptor, stop.IsCancellationRequested ? 0 : LookAgain))
                    stop.ThrowIfCancellationRequested();
                inner.Write(rest[..Math.Min(rest.Length, Piece)]);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            onFailure(e);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Every write is written at once.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private static TextWriter Synchronized(OutputStream stream) => TextWriter.Synchronized(new StreamWriter(stream, Utf8, bufferSize: 1024) { AutoFlush = true });
}
