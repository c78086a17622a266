using ChatProtocol.Client;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class RoomWordsTests
{
    [Theory]
    [InlineData("tea", "tea")]
    [InlineData("#tea", "#tea")]
    [InlineData("@bob", "@bob")]
    [InlineData("12", "12")]
    [InlineData("#12", "#12")]
    [InlineData("plans#12", "12")]
    [InlineData("plans#tea", "plans#tea")]
    [InlineData("plans#", "plans#")]
    [InlineData("", "")]
    public void What_is_shown_of_a_room_can_be_typed(string typed, string address) => Assert.Equal(address, RoomWords.ToAddress(typed));

    [Theory]
    [InlineData(RoomKind.Public, "tea", "tea")]
    [InlineData(RoomKind.Private, "bob", "@bob")]
    [InlineData(RoomKind.ByInvitation, "plans", "plans#12")]
    public void A_room_is_shown_by_its_address_and_one_by_invitation_by_its_name_too(RoomKind kind, string name, string shown) =>
        Assert.Equal(shown, ChatRoomInfo.Of(new RoomListItem(12, kind, name, 0, 0, 0)).Label());

    [Theory]
    [InlineData("owner", RoomRole.Owner)]
    [InlineData("none", RoomRole.None)]
    [InlineData("king", null)]
    public void A_role_goes_by_its_name(string name, RoomRole? role)
    {
        Assert.Equal(role, RoomWords.ToRole(name));
        if (role is { } known)
            Assert.Equal(name, RoomWords.Of(known));
    }

    [Fact]
    public void What_a_later_version_adds_is_shown_by_its_number() =>
        Assert.Equal(("7", "8", "9"), (RoomWords.Of((RoomRole)7), RoomWords.Of((RoomRestriction)8), RoomWords.Of((RoomKind)9)));
}
