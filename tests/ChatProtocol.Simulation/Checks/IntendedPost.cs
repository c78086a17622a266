namespace ChatProtocol.Simulation;

/// <summary>The outcome of a text, as far as its client can know.</summary>
internal enum PostOutcome
{
    /// <summary>The outcome is open: the text will be repeated until it is known, or may still be answered.</summary>
    Open,

    Acknowledged,

    /// <summary>The server refused it: it is not in the log.</summary>
    Refused,

    /// <summary>The outcome will never be known: the text may be in the log once.</summary>
    Unknown,
}

/// <summary>One text that a client means to post once. It begins with its number, by which its entry is recognised.</summary>
internal sealed class IntendedPost
{
    public const int NumberLength = 8;

    public IntendedPost(int number, ulong room, ulong principal, PostStream? stream, int length)
    {
        Number = number;
        Room = room;
        Principal = principal;
        Stream = stream;
        var bytes = new byte[NumberLength + length];
        bytes.AsSpan().Fill((byte)('a' + number % 26));
        number.TryFormat(bytes, out _, "x8", System.Globalization.CultureInfo.InvariantCulture);
        Text.TryFromUtf8(bytes, out var text);
        Body = text;
    }

    public int Number { get; }

    public ulong Room { get; }

    public ulong Principal { get; }

    /// <summary>The stream whose counter it has; null if it has no counter.</summary>
    public PostStream? Stream { get; }

    public ulong Counter { get; set; }

    /// <summary>The key that it is posted with, by any session of its principal; null if it has none.</summary>
    public byte[]? Key { get; init; }

    public Text Body { get; }

    /// <summary>The other principal of a private room; null in a public one.</summary>
    public ulong? Peer { get; init; }

    public PostOutcome Outcome { get; set; }

    /// <summary>The seq of its entry; 0 if it is not in the log.</summary>
    public ulong Seq { get; set; }

    public ulong Time { get; set; }

    /// <summary>The connection from which the server received it last.</summary>
    public Link? CameBy { get; set; }

    /// <summary>When the server received it first, on the clock that does not jump.</summary>
    public long? CameAt { get; set; }

    /// <summary>Whether it came again behind other requests, which may wait for a look-up while the one that came before is stored.</summary>
    public bool MayWait { get; set; }

    /// <summary>Whether the server has received it from any connection, and may store it.</summary>
    public bool HasCome { get; set; }

    /// <summary>The connection that has to get the answer before the entry.</summary>
    public Link? AnswerFirst { get; set; }

    /// <summary>The number at the beginning of a text; -1 if it is no client's text.</summary>
    public static int NumberOf(ReadOnlySpan<byte> text) =>
        text.Length >= NumberLength && System.Buffers.Text.Utf8Parser.TryParse(text[..NumberLength], out int number, out var read, 'x') && read == NumberLength
            ? number : -1;

    public override string ToString() =>
        $"text {Number} of principal {Principal} in room {Room}{(Counter > 0 ? $" with counter {Counter}" : "")}{(Key is null ? "" : $" with key {Convert.ToHexStringLower(Key)}")} ({Outcome})";
}
