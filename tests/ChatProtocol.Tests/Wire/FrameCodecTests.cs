using System.Buffers;
using System.Text;
using CsCheck;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class FrameCodecTests
{
    [Fact]
    public void Every_message_of_the_registry_has_a_generator()
    {
        var expected = Registry.Messages.SelectMany(m => Directions(m.Direction).Select(d => (m.Code, d)));
        Assert.Equal(expected.Order(), FrameGen.Codes.Order());
    }

    [Spec("CP-ENC-009")]
    [Theory]
    [InlineData(Direction.ToServer)]
    [InlineData(Direction.ToClient)]
    public void The_codec_knows_the_frames_of_the_registry_in_each_direction_and_no_others(Direction direction)
    {
        var known = Registry.Messages.Where(m => Directions(m.Direction).Contains(direction)).Select(m => m.Code);
        // What is an entry is read as one, known or not.
        var codes = Enumerable.Range(0, 300).Where(code => code == Message.FrameCode || !Entry.IsEntryCode(code));
        Assert.Equal(known.Where(code => code == Message.FrameCode || !Entry.IsEntryCode(code)).Order(), codes.Where(Knows));

        // One that is known lacks its fields, if it has any.
        bool Knows(int code)
        {
            byte[] payload = code < 128 ? [0x92, (byte)code, 0] : [0x92, 0xcd, (byte)(code >> 8), (byte)code, 0];
            try
            {
                return FrameCodec.Decode(new(payload), direction) is not UnknownFrame;
            }
            catch (ProtocolViolation e)
            {
                return e.Code != ErrorCode.UnknownCode;
            }
        }
    }

    [Fact]
    [Spec("CP-ENC-003")]
    public void A_frame_comes_back_as_the_same_bytes() => FrameGen.Any.Sample(f =>
    {
        var bytes = FrameCodec.Encode(f.Frame);
        var back = FrameCodec.Decode(new(WireBytes.Payload(bytes).ToArray()), f.Direction);
        Assert.Equal(f.Frame.GetType(), back.GetType());
        Assert.Equal(bytes, FrameCodec.Encode(back));
        Assert.Equal(FrameJson.Of(f.Frame).ToJsonString(), FrameJson.Of(back).ToJsonString());
    }, iter: 5000);

    [Spec("CP-ERR-005", "CP-LIM-003")]
    [Theory]
    [InlineData("x", 1)]
    [InlineData("é", 2)]
    [InlineData("世", 3)]
    [InlineData("👋", 4)]
    public void Words_for_people_that_are_too_long_are_cut_behind_a_whole_character(string character, int bytes)
    {
        foreach (var length in (int[])[20, 64, 65, 256, 257, 1024, 1025, 5000])
        {
            var words = string.Concat(Enumerable.Repeat(character, length));
            void AssertCut(string told, int limit)
            {
                var all = length * bytes <= limit;
                Assert.Equal(all, !told.EndsWith('…'));
                Assert.InRange(Encoding.UTF8.GetByteCount(told), all ? length * bytes : limit - 3, limit);
                Assert.DoesNotContain('\ufffd', told);
            }

            var error = (Error)Frames.Travel(new Error(1, ErrorCode.LogUnavailable, words, Field: words), Direction.ToClient);
            AssertCut(error.Text, 1024);
            AssertCut(error.Field!, 64);
            AssertCut(((Bye)Frames.Travel(new Bye(ByeCode.Kicked, words, null), Direction.ToClient)).Reason, 1024);
            var session = ((SessionList)Frames.Travel(new SessionList(1, [new SessionListItem(1, "ann", words, words, 0, 0, 0, 0)], false), Direction.ToClient)).Items[0];
            AssertCut(session.Address, 256);
            AssertCut(session.Transport, 64);
            AssertCut(((StatusReport)Frames.Travel(new StatusReport(1, words, 0, 0, 0, 0, 0), Direction.ToClient)).Agent, 64);
            AssertCut(((Welcome)Frames.Travel(new Welcome(1, 1, 0, [], new byte[16], words, Limits.Default, Durability.Synced, 0), Direction.ToClient)).Agent, 64);
        }
    }

    [Fact]
    public void Changed_bytes_give_a_frame_or_one_violation_and_never_another_exception() =>
        Gen.Select(FrameGen.Any, Mutation.Array[1, 4]).Sample((f, mutations) =>
        {
            var payload = WireBytes.Payload(FrameCodec.Encode(f.Frame)).ToArray();
            foreach (var mutate in mutations)
                payload = mutate(payload);
            AssertFrameOrViolation(payload, f.Direction);
        }, iter: 20_000);

    [Fact]
    public void Any_bytes_give_a_frame_or_one_violation_and_never_another_exception() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Enum<Direction>(), Gen.OneOf([.. FrameTypes.ByCode.Keys])).Sample((tail, direction, code) =>
        {
            AssertFrameOrViolation(tail, direction);
            AssertFrameOrViolation([0x9a, (byte)code, .. tail], direction);
        }, iter: 20_000);

    [Fact]
    public void A_violation_says_where_it_is()
    {
        var violation = Assert.Throws<ProtocolViolation>(() => Decode(Direction.ToServer, 0x94, 10, 1, 2, 0x05));
        Assert.Equal("text", violation.Field);
        Assert.Equal(4, violation.Offset);
        Assert.Equal(ErrorCode.Malformed, violation.Code);
    }

    [Fact]
    public void A_frame_keeps_no_reference_to_the_bytes_it_was_read_from()
    {
        var bytes = FrameCodec.Encode(new Login(1, "ada", CredentialKind.GuestKey, new byte[32], new byte[16], true));
        var frame = (Login)FrameCodec.Decode(new(bytes, FrameBuffer.LengthSize, bytes.Length - FrameBuffer.LengthSize), Direction.ToServer);
        Array.Fill(bytes, (byte)0xff);
        Assert.Equal(new byte[32], frame.Secret.ToArray());
        Assert.Equal(new byte[16], frame.Publisher!.Value.ToArray());
    }

    [Fact]
    [Spec("CP-ENC-009")]
    public void An_odd_code_that_is_unknown_is_told_apart_by_its_id_when_a_client_sends_it()
    {
        Assert.Equal(new UnknownFrame(99, 7), Decode(Direction.ToServer, 0x92, 99, 7));
        Assert.Equal(new UnknownFrame(99, null), Decode(Direction.ToClient, 0x92, 99, 7));
    }

    [Fact]
    [Spec("CP-ENC-009")]
    public void An_even_code_that_is_unknown_is_a_violation() =>
        Assert.Equal(ErrorCode.UnknownCode, Assert.Throws<ProtocolViolation>(() => Decode(Direction.ToClient, 0x92, 98, 7)).Code);

    [Fact]
    [Spec("CP-MSG-003")]
    public void A_text_over_the_limit_is_read_so_that_it_can_be_refused()
    {
        var post = new Post(1, 1, new string('x', Limits.Default.Text + 1), null);
        var back = (Post)WireBytes.ReadOne(new(FrameCodec.Encode(post)), Direction.ToServer, Limits.Default.Frame)!;
        Assert.Equal(Limits.Default.Text + 1, back.Text.Length);
    }

    private static readonly Gen<Func<byte[], byte[]>> Mutation = Gen.Select(Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Gen.Byte, Mutate);

    private static Func<byte[], byte[]> Mutate(int how, int where, byte value) => payload =>
    {
        var at = payload.Length == 0 ? 0 : where % payload.Length;
        return how switch
        {
            _ when payload.Length == 0 => [value],
            0 => [.. payload[..at], value, .. payload[(at + 1)..]],
            1 => [.. payload[..at], value, .. payload[at..]],
            2 => [.. payload[..at], .. payload[(at + 1)..]],
            3 => [.. payload[..at], (byte)(0xc0 + value % 0x20), 0xff, 0xff, 0xff, 0xff, .. payload[(at + 1)..]],
            4 => [.. payload[..at], (byte)(0xc0 + value % 0x20), .. payload[(at + 1)..]],
            _ => payload[..at],
        };
    };

    private static Frame Decode(Direction direction, params byte[] payload) => FrameCodec.Decode(new ReadOnlySequence<byte>(payload), direction);

    private static void AssertFrameOrViolation(byte[] payload, Direction direction)
    {
        try
        {
            var frame = Decode(direction, payload);
            if (frame is UnknownFrame)
                return;
            var again = FrameCodec.Encode(frame);
            Assert.Equal(again, FrameCodec.Encode(Decode(direction, WireBytes.Payload(again).ToArray())));
        }
        catch (ProtocolViolation)
        {
        }
    }

    private static IEnumerable<Direction> Directions(string direction) => direction switch
    {
        "to-server" => [Direction.ToServer],
        "to-client" => [Direction.ToClient],
        _ => [Direction.ToServer, Direction.ToClient],
    };

    [Fact]
    public void A_frame_that_is_printed_shows_no_text_and_no_secret()
    {
        const string Words = "for you alone";
        var secret = Encoding.UTF8.GetBytes(Words);
        Frame[] frames =
        [
            new Message(5, 7, 1000, 16, "ann", Words), new RoomChanged(5, 8, 1000, 16, "ann", Words, Words, Words, null, null, null),
            new RoleChanged(5, 8, 1000, 16, "ann", Words, 17, "bob", RoomRole.Member, RoomRestriction.None, 0), new UnknownEntry(134, 5, 8, 1000, 16, "ann", Words), new Post(1, 5, Words, 3), new Tell(1, "bob", Words),
            new Broadcast(1, Words), new Notice(1, Words), new Login(1, "ann", CredentialKind.GuestKey, secret, secret, false, null),
            new Register(1, "ann", secret, secret), new ChangePassword(1, secret, secret), new DeleteAccount(1, secret, null), new CreateAccount(1, "ann", 1, secret),
            new ChangeAccount(1, "ann", null, null, secret), new TokenMade(1, 2, secret, 3), new InvitationMade(1, 2, secret, 3), new Traced(5, Direction.ToServer, 1000, 10, 20, secret, 0),
            new Edit(1, 5, 7, Words), new Edited(5, 8, 1000, 16, "ann", 7, Words), new Search(1, Words, 5, Before: secret), new Found(1, 0, [], secret),
        ];

        Assert.All(frames, frame => Assert.DoesNotContain(Words, frame.ToString(), StringComparison.Ordinal));
        Assert.Equal("Post { Id = 1, Room = 5, Counter = 3, Text = 13 bytes }", frames[4].ToString());
        // Those are all that there are.
        Assert.Equal(
            typeof(Frame).Assembly.GetExportedTypes().Where(type => type.GetProperties().Any(p => p.PropertyType == typeof(Text) || p.PropertyType == typeof(ReadOnlyMemory<byte>) || p.PropertyType == typeof(ReadOnlyMemory<byte>?)) && type.IsAssignableTo(typeof(Frame)))
                .Except([typeof(Welcome), typeof(Exported)]).Select(type => type.Name).Order(),
            frames.Select(frame => frame.GetType().Name).Order());
    }
}
