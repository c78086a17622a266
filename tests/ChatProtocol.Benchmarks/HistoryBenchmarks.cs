using BenchmarkDotNet.Attributes;
using ChatProtocol.Hub;

namespace ChatProtocol.Benchmarks;

/// <summary>A page of history, from a segment that the log has read.</summary>
[MemoryDiagnoser]
public class HistoryBenchmarks
{
    private const int Entries = 512;
    private const int PageSize = 100;

    private readonly HubStage _stage = new();
    private byte[] _stored = [];
    private EntryRun[] _read = [];
    private Guest? _reader;
    private History? _request;

    [GlobalSetup]
    public void Fill()
    {
        _reader = _stage.LogIn();
        var room = _stage.Join(_reader, "archive");
        for (var i = 0; i < Entries; i++)
            _stage.Hub.Receive(_reader.Session, new Post((ulong)i, room, Samples.Said, null));
        _stage.Commit();
        _stage.FanOut();
        _stored = Samples.Entries(room, Entries, Samples.Said).ToArray();
        var stored = Stored();
        _read = [new EntryRun(stored.First, stored.Last, stored)];
        _request = new History(1, room, PageSize, Before: null, After: Entries / 2);
        var before = _reader.Peer.Entries;
        if (Page_of_100_entries() != before + PageSize)
            throw new InvalidOperationException($"No page of {PageSize} entries: {_reader.Peer.Last}");
    }

    /// <summary>The time from the request to the last entry.</summary>
    [Benchmark]
    public long Page_of_100_entries()
    {
        _stage.Hub.Receive(_reader!.Session, _request!);
        var read = _stage.Log.TakeRead();
        _stage.Hub.ReadDone(read, new EntryResult(read.Query.Range, _read));
        return _reader.Peer.Entries;
    }

    /// <summary>Finding the entries in a stored row, as the log does with each row that it reads.</summary>
    [Benchmark]
    public Segment Segment_of_512_entries_found_again() => Stored();

    private Segment Stored() => Segment.TryRead(_stored)!;
}
