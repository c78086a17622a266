namespace ChatProtocol.Benchmarks;

/// <summary>What is said in all of the benchmarks.</summary>
internal static class Samples
{
    public const ulong Time = 1_764_000_000_000;

    /// <summary>100 bytes, which is about what people say at once.</summary>
    public static Text Said { get; } = "The build is green again: 你好, and thank you for the patience. It was the cache, as it always is.";

    /// <summary>What plain text clients say: 100 bytes of GBK.</summary>
    public static string SaidInChinese { get; } = "大家好，我用的还是旧的客户端：编译通过了，谢谢耐心等待。问题在缓存里，和以前一样 (as it always is)。";

    /// <summary>Says something so many times in a room.</summary>
    public static FrameBuffer Entries(ulong room, int count, Text text)
    {
        var frames = new FrameBuffer();
        for (var seq = 1UL; seq <= (ulong)count; seq++)
            Message.Encode(frames, room, seq, Time + seq, 12, "alice"u8, text);
        return frames;
    }
}
