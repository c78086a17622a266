using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>Counts the deliveries to all members of a room.</summary>
internal sealed class DeliveryCounter
{
    /// <summary>The number of entries that each member counts; -1 for no bound.</summary>
    public long Each { get; init; } = -1;

    /// <summary>The principal whose texts hold the time at which they were due; 0 for none.</summary>
    public ulong Timed { get; set; }

    /// <summary>The latencies of the timed entries, from the due time to the receipt.</summary>
    public LatencyHistogram Latency { get; } = new();

    public long Count { get; private set; }

    /// <summary>The size of the texts, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The time of the first delivery, in ticks; 0 before it.</summary>
    public long FirstAt { get; private set; }

    public long LastAt { get; private set; }

    /// <summary>The number of members that have received <see cref="Each"/> entries.</summary>
    public int Complete { get; set; }

    /// <summary>The number of entries that were skipped.</summary>
    public ulong Missing { get; private set; }

    /// <summary>The number of entries that came twice or out of order.</summary>
    public ulong Misplaced { get; private set; }

    /// <summary>The server's fault; null if every member received every entry once, in order.</summary>
    public string? Failure => (Missing, Misplaced) switch
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

    /// <summary>Counts an entry with another seq than the expected one.</summary>
    public void Came(ulong expected, ulong seq)
    {
        if (seq > expected)
            Missing += seq - expected;
        else
            Misplaced++;
    }
}
