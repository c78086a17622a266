using System.Buffers;

namespace ChatProtocol;

/// <summary>What a server reads from a plain text client: messages out of a stream without framing. Not thread-safe.</summary>
public sealed class LegacyReader
{
    private static readonly SearchValues<byte> Allowed = SearchValues.Create(
        [.. "\t\n\r"u8, .. Enumerable.Range(0x20, 0x7F - 0x20).Select(b => (byte)b), .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    private readonly LegacyCharset _charset;
    private readonly LegacyLines _lines;
    private readonly List<LegacyLine> _found = [];

    // Since the last long quiet.
    private bool _saidInPrivate;

    /// <summary>Begins at the beginning of a stream.</summary>
    /// <param name="charset">What the bytes mean.</param>
    /// <param name="maxLength">The longest message in bytes.</param>
    public LegacyReader(LegacyCharset charset, int maxLength)
    {
        _charset = charset;
        _lines = new LegacyLines(charset, maxLength);
    }

    /// <summary>How long the sender has to be quiet to end what it has begun; null if nothing waits for that.</summary>
    public TimeSpan? QuietNeeded => _lines.QuietNeeded ?? (_saidInPrivate ? LegacyLines.LongQuiet : null);

    /// <summary>Bytes of a message that has not ended yet; never more than the longest one has.</summary>
    public int HeldBytes => _lines.HeldBytes;

    /// <summary>Takes what was read, and adds the messages that have ended.</summary>
    /// <exception cref="ProtocolViolation">There is a control character, which no text has (CP-LEG-006); what came before it was added.</exception>
    public void Add(ReadOnlySpan<byte> bytes, ICollection<LegacyMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var control = bytes.IndexOfAnyExcept(Allowed);
        _lines.Add(control < 0 ? bytes : bytes[..control], _found);
        Understand(messages);
        if (control >= 0)
            throw new ProtocolViolation(ErrorCode.Malformed, "text", control, $"0x{bytes[control]:x2} is a control character, and this is no text");
    }

    /// <summary>The sender has been quiet for as long as needed, or has ended: adds the message that was begun, if one was.</summary>
    public void End(ICollection<LegacyMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _lines.End(_found);
        var hasEnded = _found.Count > 0;
        Understand(messages);
        // What a quiet has ended may only have paused; a long one with nothing behind it parts for good.
        _saidInPrivate &= hasEnded;
    }

    private void Understand(ICollection<LegacyMessage> messages)
    {
        foreach (var line in _found)
        {
            var message = line.IsTooLong ? new LegacyMessage.Unclear(LegacyDoubt.TooLong) : LegacyMessage.Parse(line.Bytes.Span, _charset);
            if (message is LegacyMessage.Say && !line.IsMarked && _saidInPrivate)
                message = new LegacyMessage.Unclear(LegacyDoubt.BehindPrivate);
            _saidInPrivate |= message is LegacyMessage.Whisper or LegacyMessage.Unclear or LegacyMessage.Say { MayBeFor.Count: > 0 };
            messages.Add(message);
        }
        _found.Clear();
    }
}
