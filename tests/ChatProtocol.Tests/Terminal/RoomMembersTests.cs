using ChatProtocol.Client;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class RoomMembersTests
{
    private const ulong Self = 16;

    private readonly RoomMembers _people = new();
    private readonly ChatRoom _room = new(
        null!, new RoomIdentity(new RoomAddress(RoomKind.Public, "tea"), null) { Id = 5 }, new RoomInfo(1, 5, RoomKind.Public, "tea", 77, 1, 0, 0, null), PresenceMode.Full);

    [Fact]
    public void Coming_leaving_and_renaming_are_told_and_ones_own_coming_is_not()
    {
        Fill((17, "bob"), (18, "cid"));

        Assert.Equal(["ida is here in tea", "bob is now called bert", "cid has left tea"], Apply([(Self, "ann"), (19, "ida"), (17, "bert")], [(18, "cid")]).Lines);
        Assert.Equal(["bert", "ida"], _people.Names);
    }

    [Fact]
    public void Before_the_list_is_there_nothing_is_told_and_nothing_is_asked_for() =>
        AssertNews([], false, Apply([(17, "bob")], []));

    [Fact]
    public void When_names_come_again_the_list_is_asked_for_once()
    {
        Fill((17, "bob"));

        AssertNews([], false, Apply([], []));
        Assert.Empty(_people.Names);
        AssertNews([], true, Apply([], [(17, "bob")]));
        AssertNews([], false, Apply([(18, "cid")], []));
        Fill((18, "cid"), (19, "ida"));
        AssertNews(["ida has left tea"], false, Apply([], [(19, "ida")]));
    }

    private static void AssertNews(string[] lines, bool isListNeeded, PresenceNews news) =>
        Assert.Equal((string.Join('|', lines), isListNeeded), (string.Join('|', news.Lines), news.IsListNeeded));

    private void Fill(params (ulong Principal, string Name)[] members) =>
        _people.Fill(_room, members.Select(member => new ChatMember { Principal = member.Principal, Name = member.Name, Sessions = 1 }));

    private PresenceNews Apply((ulong Principal, string Name)[] arrived, (ulong Principal, string Name)[] left) =>
        _people.Apply(new PresenceChanged(_room, new Presence(_room.Id, 2, [.. arrived.Select(User)], [.. left.Select(User)])), Self);

    private static PresentUser User((ulong Principal, string Name) user) => new(user.Principal, user.Name);
}
