using System.CommandLine;
using ChatProtocol.Tools;

StandardStreams.OpenClosed();

var connecting = new ConnectionOptions();
// First in the list, because only the first error is reported.
connecting.Server.Validators.Insert(0, ServerAddressHint.Validate);
var root = new RootCommand(
    "Chat from the terminal. Without a command: talk in the lobby. A terminal that can only show lines (TERM=dumb), or output that "
    + "goes elsewhere, is enough; a line that begins with / is never sent as a message. Where standard input is no terminal, each line of "
    + "it is a message to the lobby, and one that would be a command is refused: chat send - takes every line as it is.")
{
    connecting.Server,
    connecting.Trust.Pin,
    connecting.Trust.AcceptNew,
    connecting.LegacyCharset,
    connecting.Name,
    connecting.RetryFor,
    SendCommand.Create(connecting),
    ReadCommands.Tail(connecting),
    ReadCommands.History(connecting),
    SearchCommand.Search(connecting),
    RoomsCommands.Create(connecting),
    UnreadCommand.Create(connecting),
    ReadCommands.Who(connecting),
    LoginCommands.Register(connecting),
    LoginCommands.Login(connecting),
    LoginCommands.Logout(connecting),
    AccountCommands.Create(connecting),
};
foreach (var amend in AmendCommands.All(connecting))
    root.Subcommands.Add(amend);
root.SetAction((parsed, stop) => connecting.LegacyServer(parsed) is { } legacy
    ? LegacyCommands.RunAsync(connecting, legacy, parsed, stop)
    : InteractiveChat.RunAsync(connecting, parsed, stop));
return await CommandLine.RunAsync(root, args,
[
    "chat                                talk in the lobby; /help lists the commands",
    "chat --name alice --server chats://example.org:9999",
    "chat send --to alice 'Only for you'",
    "chat tail --last 10",
]);
