namespace ChatProtocol.Tests.Architecture;

/// <summary>Things that refer to each other, with one place for each pair.</summary>
internal sealed class Graph
{
    private readonly SortedDictionary<string, SortedDictionary<string, (string Place, int Count)>> _edges = new(StringComparer.Ordinal);

    public void Add(string from, string to, string place)
    {
        if (from == to)
            return;
        if (!_edges.TryGetValue(from, out var edges))
            _edges.Add(from, edges = new(StringComparer.Ordinal));
        edges[to] = edges.TryGetValue(to, out var known) ? (known.Place, known.Count + 1) : (place, 1);
    }

    /// <summary>Whether at least so many things all refer to each other, by whatever way.</summary>
    /// <param name="least">How many things make a knot.</param>
    /// <param name="description">The references within each knot, one in a line: cut enough of them and it is none.</param>
    public bool HasKnots(int least, out string description)
    {
        description = string.Join("\n", new Search(this).Knots.Where(knot => knot.Count >= least).Select(Describe));
        return description.Length > 0;
    }

    private string Describe(IReadOnlySet<string> knot) => string.Join('\n', [
        $"{knot.Count} refer to each other: {string.Join(", ", knot.Order(StringComparer.Ordinal))}",
        .. from edges in _edges
           where knot.Contains(edges.Key)
           from edge in edges.Value
           where knot.Contains(edge.Key)
           select $"  {edges.Key} -> {edge.Key} ({edge.Value.Count}): {edge.Value.Place}"]);

    /// <summary>Tarjan's search for strongly connected components.</summary>
    private sealed class Search
    {
        private readonly Graph _graph;
        private readonly Dictionary<string, (int Number, int Lowest)> _seen = [];
        private readonly Stack<string> _path = new();
        private readonly HashSet<string> _onPath = [];

        public Search(Graph graph)
        {
            _graph = graph;
            foreach (var start in graph._edges.Keys)
                if (!_seen.ContainsKey(start))
                    Visit(start);
        }

        public List<IReadOnlySet<string>> Knots { get; } = [];

        private int Visit(string one)
        {
            var number = _seen.Count;
            var lowest = number;
            _seen.Add(one, (number, number));
            _path.Push(one);
            _onPath.Add(one);
            foreach (var next in _graph._edges.GetValueOrDefault(one, []).Keys)
                if (!_seen.TryGetValue(next, out var seen))
                    lowest = Math.Min(lowest, Visit(next));
                else if (_onPath.Contains(next))
                    lowest = Math.Min(lowest, seen.Number);
            if (lowest == number)
                Knots.Add(Take(one));
            return lowest;
        }

        private HashSet<string> Take(string first)
        {
            var knot = new HashSet<string>();
            string last;
            do
            {
                last = _path.Pop();
                _onPath.Remove(last);
                knot.Add(last);
            }
            while (last != first);
            return knot;
        }
    }
}
