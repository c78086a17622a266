using System.CommandLine;
using ChatProtocol.Tools;

var connecting = new Connecting();
// In front, because the first complaint is the one that is told.
connecting.Server.Validators.Insert(0, ServerGuess.Validate);
var root = new RootCommand("Chat from the terminal. Without a command: talk in the lobby.")
{
    connecting.Server,
    connecting.LegacyCharset,
    connecting.Name,
    connecting.RetryFor,
    SendCommand.Create(connecting),
    ReadCommands.Tail(connecting),
    ReadCommands.History(connecting),
    ReadCommands.Rooms(connecting),
    ReadCommands.Who(connecting),
};
root.SetAction((parsed, stop) => connecting.LegacyServer(parsed) is { } legacy
    ? LegacyChat.RunAsync(legacy, parsed, stop)
    : InteractiveChat.RunAsync(connecting, parsed, stop));
return await CommandLine.RunAsync(root, args,
[
    "chat                                talk in the lobby; /help tells the rest",
    "chat --name alice --server chat://example.org:9999",
    "chat send --to alice 'Only for you'",
    "chat tail --last 10",
]);
