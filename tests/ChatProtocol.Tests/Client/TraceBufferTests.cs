using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>The frames of a trace that wait to be taken.</summary>
public sealed class TraceBufferTests
{
    private readonly TraceBuffer _buffer = new();

    [Spec("CP-ADM-053")]
    [Fact]
    public void Frames_that_nobody_takes_are_bounded_and_their_number_is_told_with_the_next()
    {
        var frames = _buffer.Begin();
        for (var i = 0; i < 5000; i++)
            _buffer.Add(FrameOf(Post.FrameCode, skipped: i == 4999 ? 7UL : 0));
        var kept = 0;
        while (frames.TryRead(out var frame))
            kept += frame.Skipped == 0 ? 1 : throw new InvalidOperationException("None was left out before it.");

        _buffer.Add(FrameOf(Post.FrameCode));
        Assert.True(frames.TryRead(out var next));
        Assert.Equal(5000UL - (ulong)kept + 7, next.Skipped);
        Assert.InRange(kept, 1, 2000);
    }

    [Spec("CP-ADM-051")]
    [Fact(Timeout = 10_000)]
    public async Task The_end_of_the_session_or_of_the_connection_ends_the_frames()
    {
        var frames = _buffer.Begin();
        _buffer.Add(FrameOf(code: 0));
        Assert.Single(await frames.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Throws<InvalidOperationException>(_buffer.Begin);

        _buffer.Drop();
        frames = _buffer.Begin();
        _buffer.End(ChatException.BrokenProtocol("lost"));
        await Assert.ThrowsAsync<ChatException>(async () => await frames.WaitToReadAsync(TestContext.Current.CancellationToken));
    }

    private static Traced FrameOf(int code, ulong skipped = 0) => new(5, Direction.ToServer, 1000, code, 20, null, skipped);
}
