using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

public sealed class PostRateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_server_that_tells_no_rate_is_not_waited_for() => Assert.Null(PostRateLimit.Of(Limits.Default.ByName().Where(l => !l.Key.StartsWith("post-", StringComparison.Ordinal)), _time));

    [Fact]
    public void A_burst_goes_at_once_and_then_one_post_each_interval()
    {
        var pace = Of(("post-rate", 5), ("post-burst", 3));
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, pace.Take(10)));

        var wait = pace.Take(10);
        Assert.InRange(wait, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(202));
        _time.Advance(wait);

        Assert.Equal(TimeSpan.Zero, pace.Take(10));
        Assert.NotEqual(TimeSpan.Zero, pace.Take(10));
    }

    [Fact]
    public void What_was_saved_up_is_no_more_than_a_burst()
    {
        var pace = Of(("post-rate", 5), ("post-burst", 3));
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => pace.Take(10) == TimeSpan.Zero));
    }

    [Fact]
    public void Bytes_are_paced_too_and_a_post_of_more_than_a_second_goes_and_is_made_up_for()
    {
        var pace = Of(("post-bytes", 1000));
        Assert.Equal(TimeSpan.Zero, pace.Take(5000));

        var wait = pace.Take(1000);

        Assert.InRange(wait, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.01));
        _time.Advance(wait);
        Assert.Equal(TimeSpan.Zero, pace.Take(1000));
    }

    [Fact]
    public void What_goes_unasked_counts_too()
    {
        var pace = Of(("post-rate", 10), ("post-burst", 1));
        pace.Count(10);

        Assert.InRange(pace.Take(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(102));
    }

    private PostRateLimit Of(params (string Name, int Value)[] limits) => PostRateLimit.Of(limits.Select(l => KeyValuePair.Create(l.Name, l.Value)), _time)!;
}
