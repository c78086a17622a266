using System.IO.Pipes;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

/// <summary>Output whose reader does not read.</summary>
public sealed class OutputStreamTests : IDisposable
{
    private const int PipeSize = 64 * 1024;

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.Out);
    private readonly CancellationTokenSource _stop = new();
    private readonly OutputStream _output;

    public OutputStreamTests() => _output = new OutputStream(
        _pipe, (int)_pipe.SafePipeHandle.DangerousGetHandle(), failure => throw new InvalidOperationException("given up", failure), _stop.Token);

    public void Dispose()
    {
        _stop.Dispose();
        _pipe.Dispose();
        _output.Dispose();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_write_that_waits_is_given_up_when_the_program_is_to_stop()
    {
        var writing = Task.Run(() => _output.Write(new byte[2 * PipeSize]), TestContext.Current.CancellationToken);

        await _stop.CancelAsync();

        Assert.IsType<OperationCanceledException>((await Assert.ThrowsAsync<InvalidOperationException>(() => writing)).InnerException);
    }

    [Fact(Timeout = 20_000)]
    public async Task What_the_reader_has_room_for_is_written_even_then()
    {
        await _stop.CancelAsync();

        _output.Write(new byte[PipeSize]);

        Assert.Throws<InvalidOperationException>(() => _output.Write("x"u8));
    }
}
