using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// What the hub has done, in steps of about the same size: a frame handled or sent, a thing looked at. A turn ends by them,
/// and tests hold what a request may cost, where a clock would tell something else each time.
/// </summary>
internal sealed class Steps
{
    /// <summary>What a name costs that is judged, or brought into its forms where it is not ASCII: some 20 to 90 µs.</summary>
    public const int OfName = 32;

    /// <summary>So many things that are only looked up or compared are one step.</summary>
    public const int LookUps = 64;

    public long Count { get; private set; }

    public void Add(int steps = 1) => Count += steps;

    /// <summary>A name was brought into its forms, which is next to nothing if it is ASCII.</summary>
    public void AddForms(string name) => Add(Ascii.IsValid(name) ? 1 : OfName);
}
