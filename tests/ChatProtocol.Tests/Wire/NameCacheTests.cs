using System.Buffers;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The names of authors in what a client reads.</summary>
public sealed class NameCacheTests
{
    [Fact]
    public void A_name_that_comes_again_is_the_same_string_and_no_name_is_taken_for_another()
    {
        var reader = new FrameReader(Direction.ToClient) { MaxFrame = 1 << 20 };
        var names = Enumerable.Range(0, 500).Select(number => $"名前-{number}").Concat(["ann", "Ann", "änn"]).ToList();

        var twice = names.Concat(names).Select(name => ReadName(reader, name)).ToList();

        Assert.Equal(names.Concat(names), twice);
        Assert.Same(ReadName(reader, "ann"), ReadName(reader, "ann"));
    }

    [Fact]
    public void A_name_of_no_valid_utf8_is_refused_each_time()
    {
        var reader = new FrameReader(Direction.ToClient) { MaxFrame = 1 << 20 };
        var frame = FrameCodec.Encode(Entry("annn"));
        frame[frame.AsSpan().IndexOf("annn"u8) + 1] = 0xff;

        for (var i = 0; i < 2; i++)
            Assert.Equal("name", Assert.Throws<ProtocolViolation>(() => Read(reader, frame)).Field);
    }

    [Fact]
    public void A_name_in_two_pieces_is_read_as_one()
    {
        var frame = FrameCodec.Encode(Entry("annabel"));
        var cut = frame.AsSpan().IndexOf("annabel"u8) + 3;
        var first = new Piece(frame.AsMemory(0, cut), 0);
        var last = first.Append(frame.AsMemory(cut));
        var stream = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);

        Assert.True(new FrameReader(Direction.ToClient).TryRead(ref stream, out var read));
        Assert.Equal("annabel", ((Message)read!).Name);
    }

    private static Message Entry(string name) => new(5, 1, 1000, 9, name, "hi");

    private static string ReadName(FrameReader reader, string name) => ((Message)Read(reader, FrameCodec.Encode(Entry(name)))).Name;

    private static Frame Read(FrameReader reader, byte[] bytes)
    {
        var stream = new ReadOnlySequence<byte>(bytes);
        Assert.True(reader.TryRead(ref stream, out var frame));
        return frame!;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
