namespace ChatProtocol.Benchmarks;

/// <summary>The texts of all benchmarks.</summary>
internal static class Samples
{
    public const ulong Time = 1_764_000_000_000;

    /// <summary>A text of 100 bytes, about the length of a usual message.</summary>
    public static Text Said { get; } = "The build is green again: 你好, and thank you for the patience. It was the cache, as it always is.";

    /// <summary>A text of 100 bytes in GBK, for plain text clients.</summary>
    public static string SaidInChinese { get; } = "大家好，我用的还是旧的客户端：编译通过了，谢谢耐心等待。问题在缓存里，和以前一样 (as it always is)。";

    /// <summary>Encodes a number of entries of a room with one text.</summary>
    public static FrameBuffer Entries(ulong room, int count, Text text)
    {
        var frames = new FrameBuffer();
        for (var seq = 1UL; seq <= (ulong)count; seq++)
            Message.Encode(frames, room, seq, Time + seq, 12, "alice"u8, text);
        return frames;
    }
}
