using System.Text;

namespace ChatProtocol.Hub;

/// <summary>
/// The work that the hub has done, in steps of about the same size: a frame handled or sent, an item looked at. Steps bound a turn,
/// and tests check the cost of a request in steps, where a clock would show something else each time.
/// </summary>
internal sealed class StepCounter
{
    /// <summary>The cost of validating a name, or of making its forms if it is not ASCII: some 20 to 90 µs.</summary>
    public const int OfName = 32;

    /// <summary>How many items that are only looked up or compared cost one step.</summary>
    public const int LookUps = 64;

    public long Count { get; private set; }

    public void Add(int steps = 1) => Count += steps;

    /// <summary>The first items of a list, and whether there are more; each item looked at counts as a step.</summary>
    public List<TItem> ListOf<T, TItem>(int most, IEnumerable<T> all, Func<T, TItem> describe, out bool more)
    {
        var items = new List<TItem>();
        more = false;
        foreach (var one in all)
        {
            Add();
            more = items.Count == most;
            if (more)
                break;
            items.Add(describe(one));
        }
        return items;
    }

    /// <summary>Counts making the forms of a name, which costs next to nothing if it is ASCII.</summary>
    public void AddForms(string name) => Add(Ascii.IsValid(name) ? 1 : OfName);
}
