using MessagePack;

namespace ChatProtocol;

/// <summary>What frames write that MessagePack has no word for. Integers take their shortest form (CP-ENC-003).</summary>
internal static class WriterExtensions
{
    public static void Begin(ref this MessagePackWriter writer, FrameCode code, int fields)
    {
        writer.WriteArrayHeader(1 + fields);
        writer.Write((uint)code);
    }

    public static void Write(ref this MessagePackWriter writer, Text text) => writer.WriteString(text.Utf8.Span);

    public static void WriteOptional(ref this MessagePackWriter writer, ulong? value)
    {
        if (value is { } number)
            writer.Write(number);
        else
            writer.WriteNil();
    }

    public static void WriteOptional(ref this MessagePackWriter writer, ReadOnlyMemory<byte>? value)
    {
        if (value is { } bytes)
            writer.Write(bytes.Span);
        else
            writer.WriteNil();
    }

    public static void WriteStrings(ref this MessagePackWriter writer, IReadOnlyList<string> values)
    {
        writer.WriteArrayHeader(values.Count);
        foreach (var value in values)
            writer.Write(value);
    }

    public static void Write(ref this MessagePackWriter writer, Limits limits)
    {
        var all = limits.ByName().ToList();
        writer.WriteMapHeader(all.Count);
        foreach (var (name, value) in all)
        {
            writer.Write(name);
            writer.Write(value);
        }
    }
}
