using System.Buffers;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class FrameReaderTests
{
    private static readonly byte[] Ping = FrameCodec.Encode(new Ping(5));

    [Fact]
    [Spec("CP-TRA-002")]
    public void A_stream_gives_the_same_frames_however_it_is_split() =>
        Gen.Select(FrameGen.From(Direction.ToClient).Array[1, 8], Gen.Int[0, int.MaxValue].Array[0, 12]).Sample((frames, cuts) =>
        {
            var bytes = Concat(frames);
            var stream = WireBytes.Split(bytes, cuts.Select(c => c % (bytes.Length + 1)));
            Assert.Equal(bytes, Concat(ReadAll(ref stream)));
            Assert.Equal(0, stream.Length);
        }, iter: 2000);

    [Fact]
    [Spec("CP-TRA-002")]
    public void A_stream_that_comes_byte_by_byte_gives_each_frame_with_its_last_byte() =>
        FrameGen.From(Direction.ToServer).Array[1, 3].Sample(frames =>
        {
            var bytes = Concat(frames);
            var read = new List<Frame>();
            var start = 0;
            for (var end = 0; end <= bytes.Length; end++)
            {
                var stream = new ReadOnlySequence<byte>(bytes, start, end - start);
                read.AddRange(ReadAll(ref stream, Direction.ToServer));
                start = end - (int)stream.Length;
            }
            Assert.Equal(bytes, Concat(read));
        }, iter: 50);

    [Fact]
    public void What_is_no_whole_frame_stays_in_the_stream()
    {
        var stream = new ReadOnlySequence<byte>([.. Ping, .. Ping[..3]]);
        Assert.Single(ReadAll(ref stream, Direction.ToServer));
        Assert.Equal(3, stream.Length);
    }

    [Fact]
    [Spec("CP-TRA-004")]
    public void A_length_of_zero_is_malformed() => AssertRefused(ErrorCode.Malformed, 0, 0, 0, 0);

    [Theory, InlineData(0x00, 0x00, 0x10, 0x01), InlineData(0x7f, 0xff, 0xff, 0xff), InlineData(0x80, 0, 0, 0), InlineData(0xff, 0xff, 0xff, 0xff)]
    [Spec("CP-TRA-003", "CP-TRA-008")]
    public void A_length_over_the_limit_is_refused_before_any_of_the_payload_comes(byte a, byte b, byte c, byte d) =>
        AssertRefused(ErrorCode.FrameTooLong, a, b, c, d);

    [Fact]
    public void A_length_that_is_not_all_there_is_waited_for() =>
        Assert.Null(WireBytes.ReadOne(new([0xff, 0xff, 0xff]), Direction.ToServer));

    [Fact]
    [Spec("CP-TRA-008")]
    public void The_limit_can_be_raised_after_login()
    {
        var frame = FrameCodec.Encode(new Post(1, 1, new string('x', 5000), null));
        Assert.Throws<ProtocolViolation>(() => WireBytes.ReadOne(new(frame), Direction.ToServer));
        Assert.NotNull(WireBytes.ReadOne(new(frame), Direction.ToServer, Limits.Default.Frame));
    }

    [Fact]
    public void Frames_before_a_broken_one_are_read()
    {
        var reader = new FrameReader(Direction.ToServer);
        var stream = new ReadOnlySequence<byte>([.. Ping, 0, 0, 0, 1, 0xc1]);
        Assert.True(reader.TryRead(ref stream, out _));
        Assert.Throws<ProtocolViolation>(() => reader.TryRead(ref stream, out _));
    }

    private static void AssertRefused(ErrorCode code, params byte[] bytes) =>
        Assert.Equal(code, Assert.Throws<ProtocolViolation>(() => WireBytes.ReadOne(new(bytes), Direction.ToServer)).Code);

    private static List<Frame> ReadAll(ref ReadOnlySequence<byte> stream, Direction direction = Direction.ToClient)
    {
        var reader = new FrameReader(direction) { MaxFrame = Limits.Default.Frame };
        var frames = new List<Frame>();
        while (reader.TryRead(ref stream, out var frame))
            frames.Add(frame!);
        return frames;
    }

    private static byte[] Concat(IEnumerable<Frame> frames)
    {
        var buffer = new FrameBuffer();
        foreach (var frame in frames)
            buffer.Write(frame);
        return buffer.ToArray();
    }
}
