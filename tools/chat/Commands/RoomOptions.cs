using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChatProtocol.Tools;

/// <summary>The two ways of naming a room: its name, or the other user of a private room.</summary>
internal sealed class RoomOptions
{
    private readonly Option<string?> _peer;

    /// <param name="peerOption">The name of the option for a private room.</param>
    public RoomOptions(string peerOption)
    {
        _peer = new Option<string?>(peerOption)
        {
            Description = "Instead of a room: the private room with this user",
            HelpName = "NAME",
        };
        // An invalid name is an error whether there is a server or not.
        Room.Validators.Add(result =>
        {
            if (RoomAddress.Parse(RoomWords.ToAddress(result.GetValueOrDefault<string>())) is { Kind: not RoomKind.ByInvitation } address)
                Check(result, address.Name, "a room");
        });
        _peer.Validators.Add(result => Check(result, WithoutMark(result.GetValueOrDefault<string?>()), "a name"));
    }

    public Option<string> Room { get; } = new("--room", "-r")
    {
        Description = $"The room; one by invitation by its id. Default: {Names.Lobby}",
        HelpName = "ROOM",
        DefaultValueFactory = _ => Names.Lobby,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Room);
        command.Options.Add(_peer);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_peer) is { Implicit: false } && result.GetResult(Room) is { Implicit: false })
                result.AddError($"{Room.Name} and {_peer.Name} exclude each other");
        });
    }

    /// <summary>The other user, if a private room was chosen.</summary>
    public string? PeerOf(ParseResult parsed) => WithoutMark(parsed.GetValue(_peer));

    /// <summary>Whether a room was chosen, and not left to the default.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Room) is { Implicit: false } || parsed.GetResult(_peer) is { Implicit: false };

    /// <summary>The room's address on the wire.</summary>
    public string Of(ParseResult parsed) => PeerOf(parsed) is { } peer ? Names.PrivateMark + peer : RoomWords.ToAddress(parsed.GetRequiredValue(Room));

    private static void Check(OptionResult result, string? name, string what)
    {
        if (name is { Length: > 0 } && Names.Validate(name) is { } fault)
            result.AddError($"'{result.GetValueOrDefault<string>()}' cannot be {what}: {fault}");
    }

    private static string? WithoutMark(string? user) => user?.TrimStart(Names.PrivateMark);
}
