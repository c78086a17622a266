using BenchmarkDotNet.Attributes;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// Fan-out of a committed segment to the members of its room. Posting, committing and answering are not measured. Several
/// rooms with the same members make an iteration long enough.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(5), IterationCount(40)]
public class FanOutBenchmarks
{
    private const int Deliveries = 20_000;

    /// <summary>A text so short that 512 entries are still one segment.</summary>
    private static readonly Text Said = "The build is green again: 你好, and thank you all for it.";

    private readonly HubStage _stage = new();
    private Guest[] _members = [];
    private ulong[] _rooms = [];
    private Guest? _sender;
    private ulong _lastId;
    private long _told;

    [Params(100, 1000)]
    public int Members { get; set; }

    /// <summary>The number of entries in the segment.</summary>
    [Params(1, 64, 512)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Enter()
    {
        _sender = _stage.LogIn();
        _members = [.. Enumerable.Range(0, Members).Select(_ => _stage.LogIn())];
        _rooms = new ulong[Deliveries / Members];
        for (var i = 0; i < _rooms.Length; i++)
            foreach (var member in _members)
                _rooms[i] = _stage.Join(member, $"room{i}");
        HubStage.WarmUp(() =>
        {
            Post();
            Segment_to_one_member();
        });
    }

    [IterationSetup]
    public void Post()
    {
        foreach (var room in _rooms)
            for (var i = 0; i < Entries; i++)
                _stage.Hub.Receive(_sender!.Session, new Post(++_lastId, room, Said, null));
        _stage.Commit();
        _told += _rooms.Length * Entries;
    }

    [Benchmark(OperationsPerInvoke = Deliveries)]
    public long Segment_to_one_member()
    {
        _stage.FanOut();
        return _members[^1].Peer.Entries;
    }

    [IterationCleanup]
    public void Check()
    {
        if (_members.Any(member => member.Peer.Entries != _told))
            throw new InvalidOperationException("A member has not got everything.");
    }
}
