namespace ChatProtocol.Hub;

/// <summary>Seqs of a room in a row.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest; there are none if it is below the lowest.</param>
public readonly record struct LogRange(ulong First, ulong Last)
{
    /// <summary>Whether no seq is in it.</summary>
    public bool IsEmpty => First > Last;

    /// <summary>So many of them at most, counted from one end.</summary>
    /// <param name="count">How many.</param>
    /// <param name="fromHigh">Whether from the highest down.</param>
    public LogRange Take(ulong count, bool fromHigh)
    {
        if (IsEmpty || Last - First < count)
            return this;
        return fromHigh ? this with { First = Last - count + 1 } : this with { Last = First + count - 1 };
    }
}
