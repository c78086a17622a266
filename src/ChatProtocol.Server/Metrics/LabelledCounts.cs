using System.Diagnostics.Metrics;

namespace ChatProtocol.Server;

/// <summary>
/// Counts by the value of one label, for what happens no more often than connections do. The values have to be few: no user, room or
/// address. Thread-safe.
/// </summary>
/// <param name="label">The label's name.</param>
/// <param name="values">Values that are there from the beginning, with 0.</param>
internal sealed class LabelledCounts(string label, params string[] values)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _counts = values.ToDictionary(value => value, _ => 0L);

    public void Add(string value, long more = 1)
    {
        lock (_gate)
            _counts[value] = _counts.GetValueOrDefault(value) + more;
    }

    public IEnumerable<Measurement<long>> Read()
    {
        lock (_gate)
            return [.. _counts.Select(one => new Measurement<long>(one.Value, new KeyValuePair<string, object?>(label, one.Key)))];
    }
}
