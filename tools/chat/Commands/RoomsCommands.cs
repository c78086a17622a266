using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chat rooms: the list, and rooms of one's own, one method a command.</summary>
internal sealed class RoomsCommands(ConnectionOptions connecting)
{
    private readonly OutputOption _output = ResultPrinter.CreateOption();

    public static Command Create(ConnectionOptions connecting) => new RoomsCommands(connecting).Rooms();

    private Command Rooms()
    {
        _output.Recursive = true;
        var command = new Command("rooms", "List the rooms; one by invitation has its id behind its name") { _output, Make(), Set(), Invite() };
        command.SetAction((parsed, stop) => OneShotCommand.RunAsync(connecting, parsed, _output, async (client, writer) =>
        {
            writer.Rooms(await client.RoomsAsync(stop).ToListAsync(stop));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chat rooms -o ndjson");
    }

    private Command Make()
    {
        var name = new Argument<string>("name") { Description = "The room's name" };
        var isPublic = new Option<bool>("--public") { Description = "A room for everybody. Without it, one that only those see whom you invite" };
        var topic = new FreeText("--topic") { Description = "What the room is about", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var command = new Command("create", "Make a room that you own; its address is printed, by which the other commands name it") { name, isPublic, topic };
        command.SetAction((parsed, stop) => RunAsync(parsed, async (client, writer) =>
        {
            var kind = parsed.GetValue(isPublic) ? RoomKind.Public : RoomKind.ByInvitation;
            writer.Made(await client.CreateRoomAsync(parsed.GetRequiredValue(name), kind, parsed.GetRequiredValue(topic), stop));
        }, stop));
        return command.WithExamples("chat rooms create plans --topic 'the autumn release'", "chat rooms create ops --public");
    }

    private Command Set()
    {
        var room = RoomArgument();
        var title = new FreeText("--title") { Description = "Its title; empty for none", HelpName = "TEXT" };
        var topic = new FreeText("--topic") { Description = "What it is about; empty for nothing", HelpName = "TEXT" };
        var moderated = Switch("--moderated", "Whether only those with a role in it post");
        var archived = Switch("--archived", "Whether nobody posts");
        var slow = new Option<string?>("--slow") { Description = "How long each user waits between two posts, up to 6h; off to end that", HelpName = "TIME|off" };
        slow.Validators.Add(result =>
        {
            if (ToSlow(result.GetRequiredValue(slow)!) is null)
                result.AddError($"--slow takes off, or {Times.SpanForms}");
        });
        var editFor = new Option<string?>("--edit-for") { Description = "For how long messages can be edited, up to 365d; off for ever", HelpName = "TIME|off" };
        editFor.Validators.Add(result =>
        {
            if (ToSlow(result.GetRequiredValue(editFor)!) is null)
                result.AddError($"--edit-for takes off, or {Times.SpanForms}");
        });
        var command = new Command("set", "Change a room's settings; a moderator may change title and topic, an owner all") { room, title, topic, moderated, archived, slow, editFor };
        command.SetAction((parsed, stop) => RunAsync(parsed, async (client, writer) =>
        {
            var opened = await client.OpenAsync(RoomWords.ToAddress(parsed.GetRequiredValue(room)), cancellationToken: stop);
            writer.Receipt(opened, await opened.ChangeAsync(new RoomChange
            {
                Title = parsed.GetValue(title),
                Topic = parsed.GetValue(topic),
                IsModerated = ToFlag(parsed.GetValue(moderated)),
                IsArchived = ToFlag(parsed.GetValue(archived)),
                SlowMode = parsed.GetValue(slow) is { } text ? ToSlow(text) : null,
                EditTime = parsed.GetValue(editFor) is { } time ? ToSlow(time) : null,
            }, stop));
        }, stop));
        return command.WithExamples("chat rooms set ops --topic 'the build is red'", "chat rooms set ops --slow 30s --moderated on");
    }

    private Command Invite()
    {
        var room = RoomArgument();
        var name = new Argument<string>("name") { Description = "The user's name" };
        var command = new Command("invite", "Let a user into a room by invitation, or make it a member of a public one") { room, name };
        command.SetAction((parsed, stop) => RunAsync(parsed, async (client, writer) =>
        {
            var opened = await client.OpenAsync(RoomWords.ToAddress(parsed.GetRequiredValue(room)), cancellationToken: stop);
            writer.Receipt(opened, await opened.InviteAsync(parsed.GetRequiredValue(name).TrimStart(Names.PrivateMark), stop));
        }, stop));
        return command.WithExamples("chat rooms invite 12 alice");
    }

    private Task<int> RunAsync(ParseResult parsed, Func<ChatClient, ResultPrinter, Task> act, CancellationToken stop) =>
        OneShotCommand.RunAsync(connecting, parsed, _output, async (client, writer) =>
        {
            try
            {
                await act(client, writer);
                return ExitCode.Done;
            }
            catch (ArgumentException e)
            {
                return FailureMessages.Tell(FailureReason.Of(e), ExitCode.Usage, parsed.InvocationConfiguration.Error, writer.IsJson);
            }
        }, stop);

    private static Argument<string> RoomArgument() => new("room") { Description = "The room, as chat rooms lists it" };

    private static Option<string?> Switch(string name, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = "on|off" };
        option.AcceptOnlyFromAmong("on", "off");
        return option;
    }

    private static bool? ToFlag(string? word) => word is null ? null : word == "on";

    private static TimeSpan? ToSlow(string text) => text == "off" ? TimeSpan.Zero : Times.ParseSpan(text);
}
