using System.Diagnostics.CodeAnalysis;

namespace ChatProtocol.Hub;

/// <summary>
/// Values by id, in ascending order, where the next value behind any id is found in a few steps: a page from the end of a list
/// costs as much as one from its beginning. The values lie in blocks of neighbours, so that growing ids are appended.
/// </summary>
internal sealed class IdMap<T>
{
    private const int BlockSize = 128;

    private readonly List<Block> _blocks = [];

    public int Count { get; private set; }

    public T? Find(ulong id) => TryFind(id, out var value) ? value : default;

    public bool TryFind(ulong id, [MaybeNullWhen(false)] out T value)
    {
        if (BlockOf(id) is { } block && block.IndexOf(id) is >= 0 and var index)
        {
            value = block.Values[index];
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>Adds a value, or replaces the one with this id.</summary>
    public void Set(ulong id, T value)
    {
        var at = BlockIndexOf(id);
        if (at < 0)
        {
            at = 0;
            if (_blocks.Count == 0 || _blocks[0].Count == BlockSize)
                _blocks.Insert(0, new Block());
        }
        var block = _blocks[at];
        var index = block.IndexOf(id);
        if (index >= 0)
        {
            block.Values[index] = value;
            return;
        }
        Count++;
        if (block.Count < BlockSize)
            block.Insert(~index, id, value);
        else if (~index == BlockSize)
            // Behind a full block: growing ids fill one block after the other.
            _blocks.Insert(at + 1, new Block(id, value));
        else
        {
            _blocks.Insert(at + 1, block.Split());
            (~index <= block.Count ? block : _blocks[at + 1]).Insert(id, value);
        }
    }

    public bool Remove(ulong id)
    {
        var at = BlockIndexOf(id);
        if (at < 0 || _blocks[at].IndexOf(id) is not (>= 0 and var index))
            return false;
        _blocks[at].RemoveAt(index);
        if (_blocks[at].Count == 0)
            _blocks.RemoveAt(at);
        Count--;
        return true;
    }

    /// <summary>The first value with a higher id. Values may be added and removed between two calls.</summary>
    public bool TryNext(ulong after, out ulong id, [MaybeNullWhen(false)] out T value)
    {
        var at = Math.Max(0, BlockIndexOf(after));
        if (at < _blocks.Count)
        {
            var index = _blocks[at].IndexOf(after);
            index = index >= 0 ? index + 1 : ~index;
            if (index == _blocks[at].Count)
                (at, index) = (at + 1, 0);
            if (at < _blocks.Count)
            {
                id = _blocks[at].Ids[index];
                value = _blocks[at].Values[index];
                return true;
            }
        }
        id = 0;
        value = default;
        return false;
    }

    /// <summary>The values with higher ids, one by one; the map may change between two of them.</summary>
    public IEnumerable<T> After(ulong id)
    {
        while (TryNext(id, out id, out var value))
            yield return value;
    }

    /// <summary>The first value that matches, by ascending id; every value before it is looked at.</summary>
    public T? Find(Predicate<T> match)
    {
        foreach (var block in _blocks)
            if (Array.FindIndex(block.Values, 0, block.Count, match) is >= 0 and var index)
                return block.Values[index];
        return default;
    }

    private Block? BlockOf(ulong id) => BlockIndexOf(id) is >= 0 and var at ? _blocks[at] : null;

    /// <summary>The last block that begins at or before an id; -1 if there is none.</summary>
    private int BlockIndexOf(ulong id)
    {
        var (low, high) = (0, _blocks.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].Ids[0] <= id)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return high;
    }

    private sealed class Block
    {
        public Block()
        {
        }

        public Block(ulong id, T value) => Insert(0, id, value);

        public ulong[] Ids { get; private set; } = new ulong[4];

        public T[] Values { get; private set; } = new T[4];

        public int Count { get; private set; }

        /// <summary>
        /// The index of an id, or the complement of its insertion point, as <see cref="Array.BinarySearch(Array, object?)"/> returns it.
        /// </summary>
        public int IndexOf(ulong id) => Ids.AsSpan(0, Count).BinarySearch(id);

        public void Insert(ulong id, T value) => Insert(~IndexOf(id), id, value);

        public void Insert(int index, ulong id, T value)
        {
            if (Count == Ids.Length)
                Resize(2 * Count);
            Ids.AsSpan(index, Count - index).CopyTo(Ids.AsSpan(index + 1));
            Values.AsSpan(index, Count - index).CopyTo(Values.AsSpan(index + 1));
            Ids[index] = id;
            Values[index] = value;
            Count++;
        }

        public void RemoveAt(int index)
        {
            Ids.AsSpan(index + 1, Count - index - 1).CopyTo(Ids.AsSpan(index));
            Values.AsSpan(index + 1, Count - index - 1).CopyTo(Values.AsSpan(index));
            Count--;
            Values[Count] = default!;
        }

        /// <summary>Moves the higher half into a new block.</summary>
        public Block Split()
        {
            var half = Count / 2;
            var higher = new Block { Ids = new ulong[BlockSize], Values = new T[BlockSize], Count = Count - half };
            Ids.AsSpan(half, higher.Count).CopyTo(higher.Ids);
            Values.AsSpan(half, higher.Count).CopyTo(higher.Values);
            Values.AsSpan(half, higher.Count).Clear();
            Count = half;
            return higher;
        }

        private void Resize(int size)
        {
            var (ids, values) = (new ulong[size], new T[size]);
            Ids.AsSpan(0, Count).CopyTo(ids);
            Values.AsSpan(0, Count).CopyTo(values);
            (Ids, Values) = (ids, values);
        }
    }
}
