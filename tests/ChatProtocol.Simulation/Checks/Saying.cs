namespace ChatProtocol.Simulation;

/// <summary>How a text of a client's stands, as far as the client can know.</summary>
internal enum Fate
{
    /// <summary>It will be said again until the outcome is known, or may still be.</summary>
    Open,

    Acknowledged,

    /// <summary>The server said no: it is in no log.</summary>
    Refused,

    /// <summary>Nobody will learn what became of it: it may be there, once.</summary>
    Unknown,
}

/// <summary>One text that a client means to say once. The text begins with its number, so that an entry leads back to it.</summary>
internal sealed class Saying
{
    public const int NumberLength = 8;

    public Saying(int number, ulong room, ulong principal, PostStream? stream, int length)
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

    /// <summary>Whose counter it has; null if it has none.</summary>
    public PostStream? Stream { get; }

    public ulong Counter { get; set; }

    public Text Body { get; }

    /// <summary>The other one of a private room.</summary>
    public ulong? Peer { get; init; }

    public Fate Fate { get; set; }

    /// <summary>Where it is in the log; 0 if it is not.</summary>
    public ulong Seq { get; set; }

    public ulong Time { get; set; }

    /// <summary>The connection that the server had it from last.</summary>
    public Link? CameBy { get; set; }

    /// <summary>Whether the server had it from any: it may be stored, or about to be.</summary>
    public bool HasCome { get; set; }

    /// <summary>The connection that is to be answered before it gets the entry.</summary>
    public Link? AnswerFirst { get; set; }

    /// <summary>The number that a text begins with; -1 if it is nobody's.</summary>
    public static int NumberOf(ReadOnlySpan<byte> text) =>
        text.Length >= NumberLength && System.Buffers.Text.Utf8Parser.TryParse(text[..NumberLength], out int number, out var read, 'x') && read == NumberLength
            ? number : -1;

    public override string ToString() =>
        $"text {Number} of principal {Principal} in room {Room}{(Counter > 0 ? $" with counter {Counter}" : "")} ({Fate})";
}
