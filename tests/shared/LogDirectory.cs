using ChatProtocol.Hub;

namespace ChatProtocol.TestLog;

/// <summary>The blocks and bans of a log in memory.</summary>
internal sealed class LogDirectory
{
    private readonly SortedDictionary<(ulong Owner, ulong Blocked), BlockRecord> _blocks = [];
    private readonly SortedDictionary<ulong, BanRecord> _bans = [];

    public IReadOnlyList<BlockRecord> Blocks => [.. _blocks.Values];

    public IReadOnlyList<BanRecord> Bans => [.. _bans.Values];

    public LogDirectory Copy()
    {
        var copy = new LogDirectory();
        foreach (var (pair, block) in _blocks)
            copy._blocks.Add(pair, block);
        foreach (var (number, ban) in _bans)
            copy._bans.Add(number, ban);
        return copy;
    }

    public void Apply(DirectoryChange change)
    {
        switch (change)
        {
            case DirectoryChange.Block { Record: var block }:
                _blocks.TryAdd((block.Owner, block.Blocked), block);
                break;
            case DirectoryChange.Unblock unblock:
                _blocks.Remove((unblock.Owner, unblock.Blocked));
                break;
            case DirectoryChange.Ban { Record: var ban }:
                foreach (var before in _bans.Values.Where(one => one.SubjectKey == ban.SubjectKey).ToList())
                    _bans.Remove(before.Number);
                _bans[ban.Number] = ban;
                break;
            case DirectoryChange.Unban unban:
                _bans.Remove(unban.Number);
                break;
            case DirectoryChange.EndBans ends:
                foreach (var over in _bans.Values.Where(ends.Ends).ToList())
                    _bans.Remove(over.Number);
                break;
            default:
                throw new LogContractException($"the directory has no {change}");
        }
    }
}
