using BenchmarkDotNet.Attributes;

namespace ChatProtocol.Benchmarks;

/// <summary>Encoding: frames to bytes, in a reused buffer.</summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private readonly FrameBuffer _buffer = new(4096);
    private readonly Posted _posted = new(1000, 123_456, Samples.Time);
    private readonly byte[] _name = "alice"u8.ToArray();
    private ulong _seq;

    /// <summary>Encoding as the hub does it for each post, without making a frame.</summary>
    [Benchmark]
    public int One_message()
    {
        _buffer.Clear();
        Message.Encode(_buffer, 1, ++_seq, Samples.Time, 12, _name, Samples.Said);
        return _buffer.Length;
    }

    [Benchmark]
    public int One_posted()
    {
        _buffer.Clear();
        _buffer.Write(_posted);
        return _buffer.Length;
    }
}
