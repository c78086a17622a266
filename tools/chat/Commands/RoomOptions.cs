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
        Room.Validators.Add(result => Check(result, Names.WithoutHash(result.GetValueOrDefault<string>()), "a room"));
        _peer.Validators.Add(result => Check(result, result.GetValueOrDefault<string?>(), "a name"));
    }

    public Option<string> Room { get; } = new("--room", "-r")
    {
        Description = $"The room. Default: {Names.Lobby}",
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

    private static void Check(OptionResult result, string? given, string what)
    {
        var name = given is [Names.PrivateMark, .. var peer] ? peer : given;
        if (name is { Length: > 0 } && Names.Validate(name) is { } fault)
            result.AddError($"'{given}' cannot be {what}: {fault}");
    }

    /// <summary>The other user, if a private room was chosen.</summary>
    public string? PeerOf(ParseResult parsed) => parsed.GetValue(_peer);

    /// <summary>The room's address on the wire.</summary>
    public string Of(ParseResult parsed) =>
        parsed.GetValue(_peer) is { } peer ? Names.PrivateMark + peer : parsed.GetRequiredValue(Room);
}
