using System.CommandLine;
using ChatProtocol.Tools;
using Xunit;

namespace ChatProtocol.Tests.Terminal;

public sealed class RoomOptionsTests
{
    private readonly RoomOptions _room = new("--with");

    [Theory, InlineData("bob"), InlineData("@bob")]
    public void The_user_of_a_private_room_may_be_typed_with_the_mark(string user)
    {
        var parsed = Parse("--with", user);

        Assert.Empty(parsed.Errors);
        Assert.Equal(("@bob", "bob"), (_room.Of(parsed), _room.PeerOf(parsed)));
    }

    [Theory, InlineData("tea"), InlineData("#tea"), InlineData("@bob")]
    public void A_room_may_be_typed_as_an_address(string room)
    {
        var parsed = Parse("--room", room);

        Assert.Empty(parsed.Errors);
        Assert.Equal((room, null), (_room.Of(parsed), _room.PeerOf(parsed)));
    }

    [Spec("CP-ROL-003")]
    [Theory, InlineData("12", "12"), InlineData("#12", "#12"), InlineData("plans#12", "12")]
    public void A_room_by_invitation_may_be_typed_as_it_is_shown(string typed, string address)
    {
        var parsed = Parse("--room", typed);

        Assert.Empty(parsed.Errors);
        Assert.Equal(address, _room.Of(parsed));
    }

    [Spec("CP-NAM-002")]
    [Theory, InlineData("--room", "##tea", "'##tea' cannot be a room: "), InlineData("--room", "#@bob", "'#@bob' cannot be a room: "), InlineData("--with", "#bob", "'#bob' cannot be a name: ")]
    public void A_name_that_cannot_be_one_is_an_error(string option, string typed, string fault) =>
        Assert.StartsWith(fault, Parse(option, typed).Errors.Single().Message, StringComparison.Ordinal);

    private ParseResult Parse(params string[] args)
    {
        var command = new RootCommand();
        _room.AddTo(command);
        return command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }
}
