using ChatProtocol.Hub;
using ChatProtocol.Server;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The decision on a connection, by the counts alone.</summary>
public sealed class ConnectionLimiterTests
{
    private static readonly GuestBounds Narrow = new() { Connections = 3, Pending = 2, Silent = 1 };

    private static readonly Origin Far = new("192.0.2.1", IsNear: false);

    private static readonly Origin Elsewhere = new("192.0.2.2", IsNear: false);

    [Fact]
    public void An_address_has_so_many_connections_and_one_that_leaves_makes_room()
    {
        var limiter = Open(new ConnectionCapacity(100, 0, 8));
        var slots = Enumerable.Range(0, 3).Select(_ => LoggedIn(limiter, Far)).ToList();

        Assert.Null(limiter.TryEnter(Far, () => { }, out var refusal));
        Assert.Equal((true, "192.0.2.1 has 3 connections already, and may have no more; close some, or come back later"), (refusal!.IsAddress, refusal.Text));
        LoggedIn(limiter, Elsewhere);
        slots[1].Dispose();
        slots[1].Dispose();
        LoggedIn(limiter, Far);
        Assert.Null(limiter.TryEnter(Far, () => { }, out _));
    }

    [Fact]
    public void An_address_has_fewer_that_are_not_logged_in()
    {
        var limiter = Open(new ConnectionCapacity(100, 0, 8));
        var first = Enter(limiter, Far);
        Enter(limiter, Far);

        Assert.Null(limiter.TryEnter(Far, () => { }, out var refusal));
        Assert.Contains("2 connections already that are not logged in", refusal!.Text, StringComparison.Ordinal);
        first.LogIn();
        Enter(limiter, Far);
    }

    [Fact]
    public void The_same_address_has_other_bounds_where_it_is_near()
    {
        var limiter = Open(new ConnectionCapacity(100, 0, 8));

        for (var i = 0; i < 50; i++)
            Enter(limiter, new Origin("127.0.0.1", IsNear: true));
    }

    [Fact]
    public void An_address_has_so_many_silent_ones_and_whoever_speaks_makes_room()
    {
        var limiter = Open(new ConnectionCapacity(100, 0, 8));
        var first = LoggedIn(limiter, Far);
        var second = LoggedIn(limiter, Far);

        Assert.True(first.TryBeginSilence());
        Assert.False(second.TryBeginSilence());
        Assert.True(LoggedIn(limiter, Elsewhere).TryBeginSilence());
        first.EndSilence();
        first.EndSilence();
        Assert.True(second.TryBeginSilence());
        second.Dispose();
        Assert.True(first.TryBeginSilence());
    }

    [Fact]
    public void The_last_places_are_on_trial_and_of_those_the_oldest_gives_way()
    {
        var limiter = Open(new ConnectionCapacity(6, 2, 8));
        var near = new Origin("127.0.0.1", IsNear: true);
        Assert.All(Enumerable.Range(0, 4).Select(_ => Enter(limiter, near)).ToList(), slot => Assert.False(slot.IsOnTrial));
        var cutOff = new List<string>();
        var first = limiter.TryEnter(near, () => cutOff.Add("first"), out _)!;
        var second = limiter.TryEnter(near, () => cutOff.Add("second"), out _)!;
        Assert.True(first.IsOnTrial && second.IsOnTrial);

        first.LogIn();
        var third = limiter.TryEnter(near, () => cutOff.Add("third"), out _)!;
        Assert.Equal(["second"], cutOff);
        second.Dispose();
        third.LogIn();

        Assert.Null(limiter.TryEnter(near, () => { }, out var refusal));
        Assert.False(refusal!.IsAddress);
        first.Dispose();
        Assert.True(Enter(limiter, near).IsOnTrial);
    }

    [Fact]
    public void One_address_has_a_part_of_the_last_words()
    {
        var limiter = Open(new ConnectionCapacity(1, 0, 8));

        Assert.True(limiter.TryBeginLastWord("a"));
        Assert.True(limiter.TryBeginLastWord("a"));
        Assert.False(limiter.TryBeginLastWord("a"));
        Assert.True(limiter.TryBeginLastWord("b"));
        limiter.EndLastWord("a");
        Assert.True(limiter.TryBeginLastWord("a"));
    }

    [Fact]
    public void Whom_a_proxy_speaks_for_is_counted_once_that_is_known()
    {
        var limiter = Open(new ConnectionCapacity(100, 0, 8));
        ConnectionSlot Behind() => limiter.TryEnter(null, () => { }, out _)!;
        Assert.True(limiter.TryCount(Behind(), Far, out _));
        Assert.True(limiter.TryCount(Behind(), Far, out _));

        Assert.False(limiter.TryCount(Behind(), Far, out var refusal));

        Assert.True(refusal!.IsAddress);
        Assert.True(limiter.TryCount(Behind(), Elsewhere, out _));
    }

    private static ConnectionLimiter Open(ConnectionCapacity capacity)
    {
        var limiter = new ConnectionLimiter(GuestBounds.Near, Narrow, maxSilent: 2);
        limiter.Open(capacity);
        return limiter;
    }

    private static ConnectionSlot Enter(ConnectionLimiter limiter, Origin origin)
    {
        var slot = limiter.TryEnter(origin, () => { }, out var refusal);
        Assert.True(slot is not null, refusal?.Text);
        return slot;
    }

    private static ConnectionSlot LoggedIn(ConnectionLimiter limiter, Origin origin)
    {
        var slot = Enter(limiter, origin);
        slot.LogIn();
        return slot;
    }
}
