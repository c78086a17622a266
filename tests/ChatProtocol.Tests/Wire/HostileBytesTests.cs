using System.Buffers;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class HostileBytesTests
{
    private const int Longest = (1 << 24) - 1;

    /// <summary>Payloads that promise far more than they hold: the first byte of each is an array, the counts say thousands of millions.</summary>
    public static TheoryData<Direction, string> Promises => new()
    {
        { Direction.ToServer, "ddffffffff1805" },
        { Direction.ToServer, "931801ddffffffff" },
        { Direction.ToServer, "931801dfffffffff" },
        { Direction.ToServer, "931801dbffffffff" },
        { Direction.ToServer, "931801c6ffffffff" },
        { Direction.ToServer, "931401dbffffffff" },
        { Direction.ToServer, "931401db7fffffff" },
        { Direction.ToServer, "940a0101dbffffffff" },
        { Direction.ToServer, "9504016100c6ffffffff" },
        { Direction.ToServer, "95040160" + "00c67fffffff" },
        { Direction.ToServer, "9602010100ddffffffffa0" },
        { Direction.ToClient, "945201ddffffffffc2" },
        { Direction.ToClient, "94520191ddffffffffc2" },
        { Direction.ToClient, "945201dd7fffffffc2" },
        { Direction.ToClient, "9a4001010090c41000000000000000000000000000000000a0dfffffffff0200" },
        { Direction.ToClient, "9a4001010090c41000000000000000000000000000000000a0df7fffffff0200" },
    };

    [Theory, MemberData(nameof(Promises))]
    [Spec("CP-ENC-001")]
    public void A_count_without_a_body_is_refused_and_sets_nothing_aside(Direction direction, string hex)
    {
        var payload = Convert.FromHexString(hex);
        AssertMalformed(payload, direction);
        Assert.True(Allocated(payload, direction) < 32 * 1024);
    }

    [Fact]
    [Spec("CP-ENC-011")]
    public void Five_million_nested_arrays_in_an_unknown_tail_are_refused()
    {
        byte[] payload = [0x93, 24, 5, .. Enumerable.Repeat((byte)0x91, 5_000_000), 0xc0];
        AssertMalformed(payload, Direction.ToServer);
        Assert.True(Allocated(payload, Direction.ToServer) < 32 * 1024);
    }

    [Fact]
    [Spec("CP-ENC-011")]
    public void Five_million_nested_maps_in_an_unknown_event_are_refused() =>
        AssertMalformed([0x92, 99, .. Enumerable.Repeat((byte)0x81, 5_000_000), 0xc0], Direction.ToClient);

    [Fact]
    [Spec("CP-ENC-007")]
    public void Millions_of_items_in_an_unknown_tail_are_skipped_without_being_kept()
    {
        byte[] payload = [0x93, 24, 5, 0xdd, 0x00, 0x4c, 0x4b, 0x40, .. Enumerable.Repeat((byte)0x90, 5_000_000)];
        Assert.IsType<Ping>(FrameCodec.Decode(new(payload), Direction.ToServer));
        Assert.True(Allocated(payload, Direction.ToServer) < 1024);
    }

    [Fact]
    public void A_list_that_promises_as_many_items_as_bytes_follow_sets_no_room_aside_for_them()
    {
        byte[] payload = [0x94, 84, 1, 0xdd, 0x00, 0x0f, 0x42, 0x40, .. Enumerable.Repeat((byte)0, 1_000_000)];
        AssertMalformed(payload, Direction.ToClient);
        Assert.True(Allocated(payload, Direction.ToClient) < 32 * 1024);
    }

    [Fact]
    public void A_list_of_as_many_empty_strings_as_a_frame_can_hold_takes_a_small_multiple_of_it()
    {
        byte[] payload = [0x96, 2, 1, 1, 0, 0xdd, 0x00, 0x0f, 0x42, 0x40, .. Enumerable.Repeat((byte)0xa0, 1_000_000), 0xa0];
        Assert.Equal(1_000_000, Assert.IsType<Hello>(FrameCodec.Decode(new(payload), Direction.ToServer)).Capabilities.Count);
        Assert.True(Allocated(payload, Direction.ToServer) < 32 * payload.Length);
    }

    [Fact]
    public void Changed_bytes_never_take_more_than_a_small_multiple_of_their_number() =>
        Gen.Select(FrameGen.Any, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((f, where, value) =>
        {
            var payload = WireBytes.Payload(FrameCodec.Encode(f.Frame)).ToArray();
            payload[where % payload.Length] = value;
            var allocated = Allocated(payload, f.Direction);
            Assert.True(allocated < 32 * 1024 + 64 * payload.Length, $"{allocated} bytes for {payload.Length}");
        }, iter: 5000);

    [Theory, InlineData("GET / HTTP/1.1\r\n\r\n"), InlineData("SSH-2.0-OpenSSH_9.9\r\n"), InlineData("\u0016\u0003\u0001\u0002\u0000"), InlineData("hello, everybody")]
    [Spec("CP-TRA-003")]
    public void Other_protocols_are_refused_by_their_first_four_bytes(string greeting)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(greeting);
        Assert.Equal(ErrorCode.FrameTooLong, Assert.Throws<ProtocolViolation>(() => WireBytes.ReadOne(new(bytes, 0, 4), Direction.ToServer, Longest)).Code);
    }

    private static void AssertMalformed(byte[] payload, Direction direction) =>
        Assert.Equal(ErrorCode.Malformed, Assert.Throws<ProtocolViolation>(() => FrameCodec.Decode(new(payload), direction)).Code);

    private static long Allocated(byte[] payload, Direction direction)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            FrameCodec.Decode(new ReadOnlySequence<byte>(payload), direction);
        }
        catch (ProtocolViolation)
        {
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
