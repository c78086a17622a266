using BenchmarkDotNet.Attributes;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// A counted post from its arrival at the hub to its answer, with a log that costs nothing. Nobody is in the room: what
/// its members cost is <see cref="FanOutBenchmarks"/>.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(5), IterationCount(40)]
public class PostBenchmarks
{
    private const int Posts = 16_384;
    private const ulong Lobby = 1;

    private readonly HubStage _stage = new();
    private readonly Post[] _posts = new Post[Posts];
    private Guest[] _senders = [];
    private long _postedBefore;

    /// <summary>1 is a server that is idle, 256 one turn of a busy one.</summary>
    [Params(1, 256)]
    public int PostsPerCommit { get; set; }

    [Params(1, 256)]
    public int Senders { get; set; }

    [GlobalSetup]
    public void LogIn()
    {
        _senders = [.. Enumerable.Range(0, Senders).Select(_ => _stage.LogIn())];
        HubStage.WarmUp(() =>
        {
            Write();
            Post_to_answer();
        });
    }

    /// <summary>Counters go up and up, so every post is good for one time only.</summary>
    [IterationSetup]
    public void Write()
    {
        for (var i = 0; i < Posts; i++)
            _posts[i] = new Post((ulong)i, Lobby, Samples.Said, (ulong)((_postedBefore + i) / Senders) + 1);
        _postedBefore += Posts;
    }

    [Benchmark(OperationsPerInvoke = Posts)]
    public long Post_to_answer()
    {
        for (var i = 0; i < Posts;)
        {
            for (var end = i + PostsPerCommit; i < end; i++)
                _stage.Hub.Receive(_senders[i % Senders].Session, _posts[i]);
            _stage.Commit();
            _stage.FanOut();
        }
        return _senders[0].Peer.Frames;
    }

    [IterationCleanup]
    public void Check()
    {
        if (_senders.Any(sender => sender.Peer.Last is not Posted))
            throw new InvalidOperationException("A post was refused.");
    }
}
