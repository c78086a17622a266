using Xunit;

namespace ChatProtocol.Tests;

public sealed class RoomAddressTests
{
    [Spec("CP-NAM-002")]
    [Theory, InlineData("#lobby", "lobby"), InlineData("lobby", "lobby"), InlineData("##lobby", "#lobby"), InlineData("#", ""), InlineData("", "")]
    public void One_leading_hash_of_a_room_name_is_dropped(string typed, string name) =>
        Assert.Equal(new RoomAddress(RoomKind.Public, name), RoomAddress.Parse(typed));

    [Spec("CP-ROM-013")]
    [Theory, InlineData("@bob", "bob"), InlineData("@#bob", "#bob"), InlineData("@@bob", "@bob"), InlineData("@", "")]
    public void A_name_behind_an_at_sign_is_that_of_the_user_of_a_private_room(string typed, string user) =>
        Assert.Equal(new RoomAddress(RoomKind.Private, user), RoomAddress.Parse(typed));

    [Spec("CP-NAM-002")]
    [Fact]
    public void A_hash_stands_before_a_public_rooms_name_only() =>
        Assert.Equal(new RoomAddress(RoomKind.Public, "@bob"), RoomAddress.Parse("#@bob"));

    [Theory, InlineData("lobby", "lobby"), InlineData("#lobby", "lobby"), InlineData("@bob", "@bob")]
    public void An_address_is_written_as_it_is_sent(string typed, string sent) => Assert.Equal(sent, RoomAddress.Parse(typed).ToString());

    [Fact]
    public void Addresses_that_are_spelled_differently_are_not_the_same_to_a_client() =>
        Assert.NotEqual(RoomAddress.Parse("lobby"), RoomAddress.Parse("Lobby"));
}
