using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>The blocks and bans of a log in memory.</summary>
internal sealed class LogDirectory
{
    private readonly SortedDictionary<(ulong Owner, ulong Blocked), BlockRecord> _blocks = [];
    private readonly SortedDictionary<ulong, BanRecord> _bans = [];

    /// <summary>Those that have or had a block.</summary>
    private readonly HashSet<ulong> _owners = [];

    public IReadOnlyList<BlockRecord> Blocks => [.. _blocks.Values];

    public IEnumerable<BlockRecord> BlocksOf(ulong owner) => _owners.Contains(owner) ? _blocks.Values.Where(block => block.Owner == owner) : [];

    public IReadOnlyList<BanRecord> Bans => [.. _bans.Values];

    public LogDirectory Copy()
    {
        var copy = new LogDirectory();
        foreach (var (pair, block) in _blocks)
        {
            copy._blocks.Add(pair, block);
            copy._owners.Add(block.Owner);
        }
        foreach (var (number, ban) in _bans)
            copy._bans.Add(number, ban);
        return copy;
    }

    public void Add(BlockRecord block)
    {
        _blocks.TryAdd((block.Owner, block.Blocked), block);
        _owners.Add(block.Owner);
    }

    public void RemoveBlock(ulong owner, ulong blocked) => _blocks.Remove((owner, blocked));

    /// <summary>In place of one with the same subject or number.</summary>
    public void Add(BanRecord ban)
    {
        foreach (var before in _bans.Values.Where(one => one.SubjectKey == ban.SubjectKey).ToList())
            _bans.Remove(before.Number);
        _bans[ban.Number] = ban;
    }

    public void RemoveBan(ulong number) => _bans.Remove(number);

    public void RemoveBans(Func<BanRecord, bool> which)
    {
        foreach (var over in _bans.Values.Where(which).ToList())
            _bans.Remove(over.Number);
    }
}
