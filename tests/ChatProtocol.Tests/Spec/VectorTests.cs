using System.Buffers;
using System.Text.Json.Nodes;
using Xunit;

namespace ChatProtocol.Tests;

[OneTry]
public sealed class VectorTests
{
    private static readonly string[] Results = ["valid", "acceptable", "invalid"];

    public static TheoryData<string> Files => [.. Vector.Files];

    [Theory, MemberData(nameof(Files))]
    public void Every_vector_is_treated_as_it_says(string file) =>
        AssertEach(file, v => true, v => v.IsTaken ? Read(v, new(v.Bytes)) : Refuse(v));

    [Theory, MemberData(nameof(Files))]
    public void A_valid_vector_is_what_the_encoder_writes(string file) =>
        AssertEach(file, v => v.Result == "valid", v =>
            Convert.ToHexStringLower(FrameCodec.Encode(WireBytes.ReadOne(new(v.Bytes), v.From)!)) == v.Hex ? null : "encodes differently");

    [Theory, MemberData(nameof(Files))]
    public void A_frame_that_is_cut_short_anywhere_is_waited_for(string file) =>
        AssertEach(file, v => v.IsTaken, v =>
            Enumerable.Range(0, v.Bytes.Length).All(n => WireBytes.ReadOne(new(v.Bytes, 0, n), v.From) is null) ? null : "was read before it was whole");

    [Theory, MemberData(nameof(Files))]
    public void A_payload_that_ends_too_early_is_malformed_wherever_it_ends(string file) =>
        AssertEach(file, v => v.IsTaken, v =>
            Enumerable.Range(1, v.Bytes.Length - 5).Select(n => Shorten(v, n)).FirstOrDefault(fault => fault is not null));

    [Theory, MemberData(nameof(Files))]
    public void A_frame_is_the_same_wherever_the_stream_is_split(string file) =>
        AssertEach(file, v => v.IsTaken, v =>
            Enumerable.Range(1, v.Bytes.Length - 1).Select(n => Read(v, WireBytes.Split(v.Bytes, n))).FirstOrDefault(fault => fault is not null));

    [Fact]
    public void Vector_ids_are_unique() =>
        Assert.Empty(Vector.Files.SelectMany(Vector.Load).GroupBy(v => v.Id).Where(g => g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void Every_message_has_a_valid_an_acceptable_and_an_invalid_vector()
    {
        var seen = Vector.Files.SelectMany(Vector.Load).Select(v => (v.Message, v.Result)).ToHashSet();
        Assert.Empty(
            from message in Registry.Messages
            from result in Results
            where !seen.Contains((message.Name, result))
            select $"{message.Name} {result}");
    }

    [Fact]
    public void Every_invalid_vector_closes_and_names_an_error_that_exists() =>
        Assert.All(Vector.Files.SelectMany(Vector.Load).Where(v => !v.IsTaken), v =>
        {
            Assert.True(v.Closes, v.Id);
            Assert.Contains(Registry.Errors, e => e.Name == v.Error);
        });

    private static string? Read(Vector vector, ReadOnlySequence<byte> stream)
    {
        var frame = WireBytes.ReadOne(stream, vector.From);
        if (frame is null)
            return "is no whole frame";
        var value = FrameJson.Of(frame);
        return JsonNode.DeepEquals(value, vector.Value) ? null : $"reads as {value.ToJsonString()}";
    }

    private static string? Refuse(Vector vector)
    {
        try
        {
            return $"reads as {WireBytes.ReadOne(new(vector.Bytes), vector.From)}";
        }
        catch (ProtocolViolation e)
        {
            var error = Registry.Kebab(e.Code.ToString());
            var right = error == vector.Error && (vector.Field is null || vector.Field == e.Field);
            return right ? null : $"is refused as {error}: {e.Message}";
        }
    }

    private static string? Shorten(Vector vector, int length)
    {
        try
        {
            WireBytes.ReadOne(new(WireBytes.Framed(WireBytes.Payload(vector.Bytes)[..length])), vector.From);
            return $"is read with {length} bytes of payload";
        }
        catch (ProtocolViolation e)
        {
            return e.Code == ErrorCode.Malformed ? null : $"is refused as {e.Code} with {length} bytes of payload";
        }
    }

    private static void AssertEach(string file, Predicate<Vector> applies, Func<Vector, string?> findFault)
    {
        var vectors = Vector.Load(file).Where(v => applies(v));
        Assert.Empty(vectors.Select(v => (v.Id, Fault: findFault(v))).Where(r => r.Fault is not null).Select(r => $"{r.Id} {r.Fault}"));
    }
}
