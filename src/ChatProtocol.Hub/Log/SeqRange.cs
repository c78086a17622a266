namespace ChatProtocol.Hub;

/// <summary>Consecutive seqs of a room.</summary>
/// <param name="First">The lowest seq.</param>
/// <param name="Last">The highest seq; the range is empty if it is below the lowest.</param>
public readonly record struct SeqRange(ulong First, ulong Last)
{
    /// <summary>Whether no seq is in it.</summary>
    public bool IsEmpty => First > Last;

    /// <summary>At most so many of the seqs, counted from one end.</summary>
    /// <param name="count">How many.</param>
    /// <param name="fromHigh">Whether to count from the highest down.</param>
    public SeqRange Take(ulong count, bool fromHigh)
    {
        if (IsEmpty || Last - First < count)
            return this;
        return fromHigh ? this with { First = Last - count + 1 } : this with { Last = First + count - 1 };
    }
}
