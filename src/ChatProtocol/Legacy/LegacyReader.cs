using System.Buffers;

namespace ChatProtocol;

/// <summary>Reads the messages of a text client from its stream, which has no framing. Not thread-safe.</summary>
public sealed class LegacyReader
{
    private static readonly SearchValues<byte> Allowed = SearchValues.Create(
        [.. "\t\n\r"u8, .. Enumerable.Range(0x20, 0x7F - 0x20).Select(b => (byte)b), .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    private readonly LegacyCharset _charset;
    private readonly LegacyLines _lines;
    private readonly List<LegacyLine> _found = [];

    // Whether a private message, or one that may be private, has arrived since the last long pause.
    private bool _saidInPrivate;

    /// <summary>Makes a reader for a new stream.</summary>
    /// <param name="charset">The client's charset.</param>
    /// <param name="maxLength">The longest message in bytes.</param>
    public LegacyReader(LegacyCharset charset, int maxLength)
    {
        _charset = charset;
        _lines = new LegacyLines(charset, maxLength);
    }

    /// <summary>The pause after which <see cref="End"/> is to be called; null if nothing waits for a pause.</summary>
    public TimeSpan? QuietNeeded => _lines.QuietNeeded ?? (_saidInPrivate ? LegacyLines.LongQuiet : null);

    /// <summary>Bytes held of a message that has not ended yet; never more than the longest message has.</summary>
    public int HeldBytes => _lines.HeldBytes;

    /// <summary>Takes received bytes and adds the messages that have ended.</summary>
    /// <exception cref="ProtocolViolation">The bytes hold a control character, which no text has (CP-LEG-006); the messages before it were added.</exception>
    public void Add(ReadOnlySpan<byte> bytes, ICollection<LegacyMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var control = bytes.IndexOfAnyExcept(Allowed);
        _lines.Add(control < 0 ? bytes : bytes[..control], _found);
        Understand(messages);
        if (control >= 0)
            throw new ProtocolViolation(ErrorCode.Malformed, "text", control, $"0x{bytes[control]:x2} is a control character, and this is no text");
    }

    /// <summary>
    /// Adds the message that was begun, if any: call it after a pause of <see cref="QuietNeeded"/> or at the end of the
    /// stream.
    /// </summary>
    public void End(ICollection<LegacyMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _lines.End(_found);
        var hasEnded = _found.Count > 0;
        Understand(messages);
        // A message ended by a pause may go on after it; after a long pause in which nothing arrived, the next text is a message of its own.
        _saidInPrivate &= hasEnded;
    }

    private void Understand(ICollection<LegacyMessage> messages)
    {
        foreach (var line in _found)
        {
            var message = line.IsTooLong ? new LegacyMessage.Rejected(LegacyRejection.TooLong) : LegacyMessage.Parse(line.Bytes.Span, _charset);
            if (message is LegacyMessage.Say && !line.IsMarked && _saidInPrivate)
                message = new LegacyMessage.Rejected(LegacyRejection.BehindPrivate);
            _saidInPrivate |= message is LegacyMessage.Whisper or LegacyMessage.Rejected or LegacyMessage.Say { MayBeFor.Count: > 0 };
            messages.Add(message);
        }
        _found.Clear();
    }
}
