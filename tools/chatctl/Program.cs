using System.CommandLine;
using ChatProtocol.Tools;

StandardStreams.OpenClosed();

var target = new Target();
var check = new CheckCommand(target);
var root = new RootCommand("Administers a chatd: the one on this machine, or one over the network by a token.")
{
    target.Data,
    target.Socket,
    target.Server,
    target.Context,
    target.Trust.Pin,
    target.Trust.AcceptNew,
    target.Output,
    new UserCommands(target).All,
    new BanCommands(target).All,
    new RoomCommands(target).All,
    new ContextCommands(target).Command,
    new AccountCommands(target).Command,
    new TokenCommands(target).All,
    new AuditCommands(target).Create(),
    new ServerCommands(target).All,
    new ExportCommands(target).All,
    new ConfigCommands(target).Command,
    TopCommand.Create(target),
    TraceCommand.Create(target),
    check.Command,
    WaitCommand.Create(target),
};
return check.ExitCodeOf(args, await CommandLine.RunAsync(root, args,
[
    "chatctl list",
    "chatctl kick alice --reason 'too loud'",
    "chatctl broadcast 'The server restarts at noon'",
    "chatctl shutdown --back 1m --reason 'a new version'",
]));
