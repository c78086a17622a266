namespace ChatProtocol.Server;

/// <summary>
/// The output to a plain text client: whole lines in its charset, laid out for a reader that ignores where lines end. Hub's
/// thread only.
/// </summary>
/// <param name="charset">The character encoding of the client.</param>
/// <param name="time">The clock.</param>
/// <param name="send">Sends a piece, which has to reach the network whole.</param>
internal sealed class LegacyOutput(LegacyCharset charset, TimeProvider time, Action<ReadOnlyMemory<byte>> send)
{
    private readonly LegacyLayout _layout = new();
    private readonly long _began = time.GetTimestamp();

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>Bytes were handed to the network.</summary>
    public void Sent(int bytes) => _layout.Sent(bytes, Now);

    /// <summary>Sends notices, the server's own words, in one piece.</summary>
    public void Say(params ReadOnlySpan<string> lines)
    {
        if (lines.IsEmpty)
            return;
        var text = new LegacyTextBuilder(charset);
        foreach (var line in lines)
        {
            text.Append(LegacyWords.Notice + line.ReplaceLineEndings(" "));
            text.EndLine();
        }
        Write(text.Build(), 0, text.Length);
    }

    /// <summary>Sends whole lines, in pieces of what such a client reads at once (CP-LEG-030).</summary>
    public void Write(LegacyText text, int start, int length)
    {
        var bytes = _layout.Lay(text, start, length, Now);
        for (var at = 0; at < bytes.Length; at += LegacyLayout.ReadSize)
            send(bytes.Slice(at, Math.Min(LegacyLayout.ReadSize, bytes.Length - at)));
    }
}
