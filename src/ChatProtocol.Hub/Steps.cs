namespace ChatProtocol.Hub;

/// <summary>
/// What the hub has done, in steps of about the same size: a frame handled or sent, a thing looked at. A turn ends by them,
/// and tests hold what a request may cost, where a clock would tell something else each time.
/// </summary>
internal sealed class Steps
{
    /// <summary>What a name costs that is brought into its forms and compared: some 20 to 90 µs.</summary>
    public const int OfName = 32;

    public long Count { get; private set; }

    public void Add(int steps = 1) => Count += steps;
}
