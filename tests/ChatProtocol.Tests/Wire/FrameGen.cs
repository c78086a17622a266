using CsCheck;

namespace ChatProtocol.Tests;

/// <summary>Any frame that a peer may send.</summary>
internal static class FrameGen
{
    private static readonly Gen<ulong> Int = Gen.Frequency(
        (2, Gen.ULong[0, 300]),
        (1, Gen.OneOf<ulong>(0, 127, 128, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL << 32, Limits.MaxInteger)),
        (2, Gen.ULong[0, Limits.MaxInteger]));

    private static readonly Gen<int> Int31 = Gen.Frequency((3, Gen.Int[0, 300]), (1, Gen.Int[0, int.MaxValue]));

    private static readonly Gen<string> Letter = Gen.OneOf("a", "Z", "-", "\0", "\n", "é", "ß", "世", "\u202e", "👋", "\U0010ffff");

    private static readonly Gen<Limits> Allowed = Gen.Select(Int31, Int31, Int31, (frame, text, page) => new Limits { Frame = frame, Text = text, Page = page });

    private static readonly Gen<Frame>[] FromClients = [.. Made(Direction.ToServer)];

    private static readonly Gen<Frame>[] FromServers = [.. Made(Direction.ToClient)];

    public static Gen<Frame> From(Direction direction) => Gen.OneOf(direction == Direction.ToServer ? FromClients : FromServers);

    /// <summary>A frame and whose it is.</summary>
    public static Gen<(Frame Frame, Direction Direction)> Any { get; } = Gen.OneOf(
        From(Direction.ToServer).Select(f => (f, Direction.ToServer)),
        From(Direction.ToClient).Select(f => (f, Direction.ToClient)));

    /// <summary>Every code that the generators make, to see that none is forgotten.</summary>
    public static IEnumerable<(int Code, Direction Direction)> Codes =>
        FromClients.Select(g => (g.Single().Code, Direction.ToServer)).Concat(FromServers.Select(g => (g.Single().Code, Direction.ToClient)));

    /// <summary>By the registry's fields, whose order is that of the records' parameters.</summary>
    private static IEnumerable<Gen<Frame>> Made(Direction direction) =>
        from message in Registry.Messages
        where message.Direction == "both" || message.Direction == (direction == Direction.ToServer ? "to-server" : "to-client")
        select Record(FrameTypes.ByCode[message.Code], message.Fields).Select(frame => (Frame)frame);

    private static Gen<object> Record(Type type, IReadOnlyList<FieldEntry> fields)
    {
        var constructor = type.GetConstructors().MaxBy(one => one.GetParameters().Length)!;
        return constructor.GetParameters().Zip(fields, (parameter, field) => Value(parameter.ParameterType, field))
            .Aggregate(Gen.Const(Array.Empty<object?>()), (values, next) => Gen.Select(values, next, (before, value) => (object?[])[.. before, value]))
            .Select(constructor.Invoke);
    }

    /// <summary>Any value that a field may have.</summary>
    private static Gen<object?> Value(Type type, FieldEntry field) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Gen.Frequency((3, Value(inner, field)), (1, Gen.Const((object?)null)))
        : type.IsEnum ? Int31.Select(value => (object?)Enum.ToObject(type, value))
        : type == typeof(ulong) ? Int.Select(value => (object?)value)
        : type == typeof(long) ? Int.Select(value => (object?)(long)value)
        : type == typeof(int) ? Int31.Select(value => (object?)value)
        : type == typeof(bool) ? Gen.Bool.Select(value => (object?)value)
        : type == typeof(Text) ? Letters(300).Select(value => (object?)new Text(value))
        : type == typeof(Limits) ? Allowed.Select(value => (object?)value)
        : type == typeof(ReadOnlyMemory<byte>) ? Gen.Byte.Array[field.Exact ? (int)field.Limit! : field.Least, field.Exact ? (int)field.Limit! : Math.Min(300, (int?)field.Limit ?? 300)].Select(value => (object?)(ReadOnlyMemory<byte>)value)
        : type == typeof(string) ? OrNull(Letters(Math.Min(16, ((int?)field.Limit ?? 64) / 4)), field)
        : List(type.GetGenericArguments()[0], field);

    private static Gen<object?> List(Type item, FieldEntry field)
    {
        var one = field.Items is { } fields ? Record(item, fields).Select(value => (object?)value) : Letters(16).Select(value => (object?)value);
        return one.Array[0, 20].Select(values =>
        {
            var array = Array.CreateInstance(item, values.Length);
            values.CopyTo(array, 0);
            return (object?)array;
        });
    }

    /// <summary>Null where that is what an absent string is read as.</summary>
    private static Gen<object?> OrNull(Gen<string> some, FieldEntry field) =>
        field is { Optional: true, Default: null } ? Gen.Null(some).Select(value => (object?)value) : some.Select(value => (object?)value);

    private static Gen<string> Letters(int most) => Letter.Array[0, most].Select(string.Concat);
}
