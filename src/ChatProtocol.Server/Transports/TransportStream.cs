using System.Buffers;
using System.IO.Pipelines;

namespace ChatProtocol.Server;

/// <summary>A transport as a stream. It also reads bytes that were examined before, and closes nothing.</summary>
internal sealed class TransportStream(PipeReader input, Stream output) : AsynchronousStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var taken = read.Buffer.Slice(0, Math.Min(buffer.Length, read.Buffer.Length));
            taken.CopyTo(buffer.Span);
            var count = (int)taken.Length;
            // The rest is given at once to the next read, as it was not examined.
            var isThere = !read.Buffer.IsEmpty || read.IsCompleted;
            input.AdvanceTo(taken.End);
            if (isThere)
                return count;
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        output.WriteAsync(buffer, cancellationToken);
}
