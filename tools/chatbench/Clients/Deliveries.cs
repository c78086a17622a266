using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>What came to the members of a room, all together.</summary>
internal sealed class Deliveries
{
    /// <summary>After so many a member counts no more; -1 for no end.</summary>
    public long Each { get; init; } = -1;

    /// <summary>Whose texts tell when they were to be posted; 0 for nobody's.</summary>
    public ulong Timed { get; set; }

    /// <summary>From that moment to the receipt, of the timed ones.</summary>
    public Latencies Latency { get; } = new();

    public long Count { get; private set; }

    /// <summary>Of the texts, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the first one came; 0 before.</summary>
    public long FirstAt { get; private set; }

    public long LastAt { get; private set; }

    /// <summary>Members that have got <see cref="Each"/>.</summary>
    public int Complete { get; set; }

    /// <summary>Entries that were passed over.</summary>
    public ulong Missing { get; private set; }

    /// <summary>Entries that came again, or behind later ones.</summary>
    public ulong Misplaced { get; private set; }

    /// <summary>What is wrong with them; null if every member got every entry once, in order.</summary>
    public string? Complaint => (Missing, Misplaced) switch
    {
        (0, 0) => null,
        _ => string.Create(CultureInfo.InvariantCulture, $"the server broke its promise: members missed {Missing} entries, and {Misplaced} came twice or out of order"),
    };

    public void Take(ulong from, ReadOnlySpan<byte> text, long now)
    {
        if (Count++ == 0)
            FirstAt = now;
        LastAt = now;
        Bytes += text.Length;
        if (from == Timed && TimedText.TryRead(text, out var due))
            Latency.Add(now - due);
    }

    /// <summary>Another seq came than the next one.</summary>
    public void Came(ulong expected, ulong seq)
    {
        if (seq > expected)
            Missing += seq - expected;
        else
            Misplaced++;
    }
}
