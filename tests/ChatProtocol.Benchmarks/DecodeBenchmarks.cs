using System.Buffers;
using BenchmarkDotNet.Attributes;

namespace ChatProtocol.Benchmarks;

/// <summary>Decoding: bytes to frames.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Posts = 500;

    /// <summary>The size in bytes of the pieces in which a transport delivers a stream.</summary>
    private const int PieceSize = 4096;

    private readonly FrameReader _reader = new(Direction.ToServer);
    private ReadOnlySequence<byte> _post;
    private ReadOnlySequence<byte> _message;
    private ReadOnlySequence<byte> _stream;
    private ReadOnlySequence<byte> _pieces;

    [GlobalSetup]
    public void Encode()
    {
        var stream = new FrameBuffer();
        for (var counter = 1UL; counter <= Posts; counter++)
            stream.Write(new Post(1000 + counter, 1, Samples.Said, counter));
        _stream = new ReadOnlySequence<byte>(stream.Written);
        _pieces = BufferSegment.Cut(stream.Written, PieceSize);
        _post = Payload(FrameCodec.Encode(new Post(1000, 1, Samples.Said, 500)));
        _message = Payload(Samples.Entries(1, 1, Samples.Said).ToArray());
    }

    [Benchmark]
    public Frame One_post() => FrameCodec.Decode(_post, Direction.ToServer);

    [Benchmark]
    public Frame One_message() => FrameCodec.Decode(_message, Direction.ToClient);

    [Benchmark(OperationsPerInvoke = Posts)]
    public ulong Posts_in_one_buffer() => ReadAll(_stream);

    [Benchmark(OperationsPerInvoke = Posts)]
    public ulong Posts_in_pieces_of_4096_bytes() => ReadAll(_pieces);

    private ulong ReadAll(ReadOnlySequence<byte> stream)
    {
        var counters = 0UL;
        while (_reader.TryRead(ref stream, out var frame))
            counters += ((Post)frame!).Counter!.Value;
        return counters;
    }

    private static ReadOnlySequence<byte> Payload(byte[] frame) => new(frame.AsMemory(FrameBuffer.LengthSize));
}
