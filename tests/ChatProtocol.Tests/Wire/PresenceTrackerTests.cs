using Xunit;

namespace ChatProtocol.Tests;

public sealed class PresenceTrackerTests
{
    private const ulong Self = 16;

    private readonly PresenceTracker _members = new();

    [Fact]
    public void An_arrival_a_rename_and_a_leaving_are_news_in_their_order()
    {
        _members.Fill([new(17, "bob"), new(18, "cid")]);

        Assert.Equal(
            [new(19, null, "ida"), new(17, "bob", "bert"), new(18, "cid", null)],
            Apply([new(19, "ida"), new(17, "bert")], [new(18, "cid")]));
        Assert.Equal(["bert", "ida"], _members.Names.Values.Order());
    }

    [Fact]
    public void The_arrival_of_somebody_known_under_the_same_name_and_the_leaving_of_somebody_unknown_are_no_news()
    {
        _members.Fill([new(17, "bob")]);

        Assert.Empty(Apply([new(17, "bob")], [new(18, "cid")]));
    }

    [Fact]
    public void A_client_is_no_news_to_itself_but_its_new_name_is_kept()
    {
        _members.Fill([new(Self, "ann")]);

        Assert.Empty(Apply([new(Self, "anna")], []));
        Assert.Equal(["anna"], _members.Names.Values);
    }

    [Fact]
    public void An_arrival_before_the_list_is_told_with_the_doubt_that_it_may_be_a_rename()
    {
        Assert.Equal([new(17, null, "bob")], Apply([new(17, "bob")], []));
        Assert.False(_members.IsWhole);

        _members.Fill([new(17, "bob"), new(18, "cid")]);

        Assert.True(_members.IsWhole);
        Assert.Equal([new(18, "cid", null)], Apply([], [new(18, "cid")]));
    }

    [Spec("CP-PRE-003")]
    [Fact]
    public void Changes_without_names_drop_the_list_which_is_needed_once_when_names_come_again()
    {
        _members.Fill([new(17, "bob")]);

        Assert.Empty(Apply([], []));
        Assert.Empty(_members.Names);
        Apply([], [new(18, "cid")], needsList: true);
        Apply([], [new(19, "ida")]);
        _members.Lose();
        Apply([new(18, "cid")], [], needsList: true);
        _members.Fill([new(18, "cid")]);
        Apply([], [new(18, "cid")]);
    }

    [Fact]
    public void The_leaving_of_somebody_who_arrived_while_the_list_was_awaited_and_left_before_it_was_made_is_news()
    {
        _members.Lose();
        Assert.Equal([new(17, null, "bob")], Apply([new(17, "bob")], [], needsList: true));

        _members.Fill([new(18, "cid")]);

        Assert.Equal([new(17, "bob", null)], Apply([], [new(17, "bob")]));
    }

    [Fact]
    public void A_list_that_comes_when_all_were_known_replaces_them()
    {
        _members.Fill([new(17, "bob")]);

        _members.Fill([new(18, "cid")]);

        Assert.Equal(["cid"], _members.Names.Values);
    }

    [Fact]
    public void The_count_is_that_of_the_last_change()
    {
        _members.Apply(new Presence(5, 7, [], []), Self, out _);
        _members.Fill([new(17, "bob")]);

        Assert.Equal(7UL, _members.Count);
    }

    [Spec("CP-PRE-008")]
    [Fact]
    public void Two_changes_merged_are_as_good_as_the_two()
    {
        var before = new Presence(5, 3, [new(17, "bob"), new(18, "cid")], [new(19, "ida"), new(20, "joe")]);
        var now = new Presence(5, 2, [new(19, "ida"), new(18, "sid")], [new(17, "bob")]);

        var merged = PresenceTracker.Merge(before, now);

        Assert.Equal(2UL, merged.Count);
        Assert.Equal([new(19, "ida"), new(18, "sid")], merged.Arrived);
        Assert.Equal([new(20, "joe"), new(17, "bob")], merged.Left);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_change_without_names_leaves_no_names_in_what_it_is_merged_with(bool isFirst)
    {
        var named = new Presence(5, 3, [new(17, "bob")], []);
        var nameless = new Presence(5, 101, [], []);

        var merged = isFirst ? PresenceTracker.Merge(nameless, named) : PresenceTracker.Merge(named, nameless);

        Assert.Empty(merged.Arrived);
        Assert.Empty(merged.Left);
        Assert.Equal(isFirst ? 3UL : 101UL, merged.Count);
    }

    private IReadOnlyList<MemberChange> Apply(PresentUser[] arrived, PresentUser[] left, bool needsList = false)
    {
        var news = _members.Apply(new Presence(5, 2, arrived, left), Self, out var isNeeded);
        Assert.Equal(needsList, isNeeded);
        return news;
    }
}
