namespace ChatProtocol.Simulation;

/// <summary>Checks that no author's posts are stored faster than its rate limit allows (CP-LIM-005); a server starts with full buckets.</summary>
internal sealed class PaceLedger(World world)
{
    private readonly Dictionary<ulong, int> _posts = [];
    private long _since;

    public void Restart()
    {
        _posts.Clear();
        _since = world.Clock.Awake;
    }

    public void Store(IntendedPost intended)
    {
        if (intended.CameBy is not { Origin.IsNear: false })
            return;
        var posts = _posts[intended.Principal] = _posts.GetValueOrDefault(intended.Principal) + 1;
        var rate = world.Swarm.Far.Posts;
        var most = rate.Burst + rate.PerSecond * (world.Clock.Awake - _since) / 1000 + 1;
        if (posts > most)
            throw new Violation(Checker.Pace, $"{intended} is the {posts}th in {world.Clock.Awake - _since} ms, where {most:0} may be stored");
    }
}
