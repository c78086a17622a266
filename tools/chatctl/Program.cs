using System.CommandLine;
using ChatProtocol.Tools;

StandardStreams.OpenClosed();

var target = new Target();
var commands = new Commands(target);
var bans = new BanCommands(target);
var root = new RootCommand("Administers a chatd on this machine.")
{
    target.Data,
    target.Socket,
    target.Output,
    commands.List(),
    commands.Kick(),
    bans.Ban(),
    bans.Unban(),
    bans.Bans(),
    commands.Send(),
    commands.Broadcast(),
    new RoomCommands(target).Rooms(),
    commands.Status(),
    commands.Erase(),
    RetentionCommand.Create(target),
    commands.Backup(),
    commands.Verify(),
    commands.AcceptTime(),
    commands.Shutdown(),
};
return await CommandLine.RunAsync(root, args,
[
    "chatctl list",
    "chatctl kick alice --reason 'too loud'",
    "chatctl broadcast 'The server restarts at noon'",
    "chatctl shutdown --back 1m --reason 'a new version'",
]);
