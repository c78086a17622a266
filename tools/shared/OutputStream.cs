using System.Text;

namespace ChatProtocol.Tools;

/// <summary>Standard output could not be written, with the cause. The program ends, since its further output would be lost.</summary>
internal sealed class OutputException(IOException cause) : IOException($"standard output cannot be written: {Reason.Of(cause)}", cause);

/// <summary>
/// Standard output or standard error. A closed pipe is no failure, as with every filter; a full disk behind standard output,
/// or a terminal that fails, is reported.
/// </summary>
/// <param name="inner">The underlying stream.</param>
/// <param name="onFailure">Called when a write fails; it throws, or drops the output.</param>
internal sealed class OutputStream(Stream inner, Action<IOException> onFailure) : Stream
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard output; a failed write throws an <see cref="OutputException"/>.</summary>
    public static OutputStream ForOutput() => new(Console.OpenStandardOutput(), failure => throw new OutputException(failure));

    /// <summary>Standard output, each call written at once. Thread-safe.</summary>
    public static TextWriter OutputWriter() => Synchronized(ForOutput());

    /// <summary>Standard error, each call written at once; a failed write is dropped, since there is nowhere to report it. Thread-safe.</summary>
    public static TextWriter ErrorWriter() => Synchronized(new OutputStream(Console.OpenStandardError(), _ => { }));

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
            inner.Write(buffer);
        }
        catch (IOException e)
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
