using BenchmarkDotNet.Attributes;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// A counted post from its arrival at the hub to its answer, with a log that costs nothing. The room is empty:
/// <see cref="FanOutBenchmarks"/> measures the cost of members.
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

    /// <summary>The number of posts in one turn: 1 for an idle server, 256 for a busy one.</summary>
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

    /// <summary>Prepares new posts for each iteration, since a counter can be used only once.</summary>
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
