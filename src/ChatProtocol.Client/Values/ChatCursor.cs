using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ChatProtocol.Client;

/// <summary>
/// A place in a room's log: behind an entry. Joining from it misses nothing and repeats nothing, however long ago it was. Its text is
/// <c>EPOCH:SEQ</c>, or <c>SEQ</c> without an epoch. Immutable.
/// </summary>
public readonly record struct ChatCursor : IParsable<ChatCursor>
{
    /// <summary>The seq of the last entry before the place; 0 for the beginning of the log.</summary>
    public ulong Seq { get; init; }

    /// <summary>
    /// The epoch that the seq was counted in. Keep it: by it the server finds out that it was restored from a backup and has other entries
    /// behind that seq (CP-DEL-019). Null for the room's present one.
    /// </summary>
    public ulong? Epoch { get; init; }

    /// <summary>Before the first entry that is kept.</summary>
    public static ChatCursor Beginning => default;

    /// <summary>The place behind an entry.</summary>
    public static ChatCursor At(ulong seq, ulong? epoch = null) => new() { Seq = seq, Epoch = epoch };

    /// <summary>Reads the text of a cursor; white space around it does not matter.</summary>
    /// <exception cref="FormatException">That is not the text of a cursor.</exception>
    public static ChatCursor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var cursor) ? cursor : throw new FormatException($"'{text}' is not a cursor: expected EPOCH:SEQ or SEQ");
    }

    /// <summary>Reads the text of a cursor; white space around it does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ChatCursor cursor)
    {
        cursor = default;
        var parts = (text ?? "").Trim().Split(':');
        if (parts.Length > 2 || !TryNumber(parts[^1], out var seq))
            return false;
        if (parts.Length == 1)
            cursor = At(seq);
        else if (TryNumber(parts[0], out var epoch))
            cursor = At(seq, epoch);
        else
            return false;
        return true;
    }

    static ChatCursor IParsable<ChatCursor>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ChatCursor>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ChatCursor result) => TryParse(s, out result);

    /// <summary>The text that <see cref="Parse(string)"/> reads.</summary>
    public override string ToString() => Epoch is { } epoch
        ? string.Create(CultureInfo.InvariantCulture, $"{epoch}:{Seq}")
        : Seq.ToString(CultureInfo.InvariantCulture);

    private static bool TryNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Limits.MaxInteger;
}
