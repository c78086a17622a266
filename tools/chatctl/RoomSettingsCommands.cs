using System.CommandLine;
using System.Globalization;
using System.Text;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>chatctl rooms create and rooms set: new rooms, and the settings of rooms.</summary>
internal sealed class RoomSettingsCommands(Target target)
{
    private static readonly ResultSchema<ChatRoom> Created = new("chatctl.rooms.create.v1",
        Column<ChatRoom>.Number("id", r => r.Id),
        Column<ChatRoom>.Text("room", r => r.Name),
        Column<ChatRoom>.Text("kind", r => RoomWords.Of(r.Kind)));

    private static readonly ResultSchema<Change> Changed = new("chatctl.rooms.set.v1",
        Column<Change>.Number("id", c => c.Room.Id),
        Column<Change>.Text("room", c => c.Room.Name),
        Column<Change>.Text("title", c => c.Made.Title),
        Column<Change>.Text("topic", c => c.Made.Topic),
        Column<Change>.Flag("moderated", c => c.Made.IsModerated),
        Column<Change>.Flag("archived", c => c.Made.IsArchived),
        Column<Change>.Span("slow", c => c.Made.SlowMode),
        Column<Change>.Span("edit_for", c => c.Made.EditTime),
        Column<Change>.Flag("changed", c => c.Receipt.Seq is not null));

    public IEnumerable<Command> All => [Create(), Set()];

    private Command Create()
    {
        var name = new Argument<string>("name") { Description = "The room's name" };
        var byInvitation = new Option<bool>("--by-invitation") { Description = "Only those who are given a role there see it: chatctl roles set" };
        name.MustNotBeEmpty();
        var command = new Command("create", "Make a room. A public one needs nobody to make it, for it is made when somebody joins it") { name, byInvitation };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var kind = parsed.GetValue(byInvitation) ? RoomKind.ByInvitation : RoomKind.Public;
            var room = await client.CreateRoomAsync(parsed.GetRequiredValue(name), kind, cancellationToken: stop);
            results.Done($"made room {room.Name} with the id {room.Id}", room, Created);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl rooms create tea", "chatctl rooms create plans --by-invitation");
    }

    private Command Set()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or the id of one by invitation" };
        var topic = Words("--topic", "What the room is about; empty for nothing", RoomChange.MaxTopic);
        var title = Words("--title", "Its title; empty for none", RoomChange.MaxTitle);
        var moderated = Switch("--moderated", "Whether only those with a role in the room may post");
        var archived = Switch("--archived", "Whether nobody may post");
        var slow = Time("--slow", "The least time between two posts of one user, at most 6h; off for none", "10s|1m|off", RoomChange.MaxSlowMode);
        var editFor = Time("--edit-for", "For how long a message can be edited, at most 365d; off for ever", "10m|1d|off", RoomChange.MaxEditTime);
        room.MustNotBeEmpty();
        var command = new Command("set", "Change the settings of a room; what is not given stays as it is") { room, topic, title, moderated, archived, slow, editFor };
        command.Validators.Add(result =>
        {
            if (((Option[])[topic, title, moderated, archived, slow, editFor]).All(option => result.GetResult(option) is null))
                result.AddError("nothing is to be changed: give --topic, --title, --moderated, --archived, --slow or --edit-for");
        });
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var found = await client.OpenAsync(parsed.GetRequiredValue(room), cancellationToken: stop);
            var change = new RoomChange
            {
                Topic = parsed.GetValue(topic),
                Title = parsed.GetValue(title),
                IsModerated = IsOn(parsed.GetValue(moderated)),
                IsArchived = IsOn(parsed.GetValue(archived)),
                SlowMode = parsed.GetValue(slow),
                EditTime = parsed.GetValue(editFor),
            };
            var done = await found.ChangeAsync(change, stop);
            results.Done(done.Seq is null ? $"{found} is so already" : $"changed {found}", new Change(found, change, done), Changed);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl rooms set tea --topic 'Green or black?'", "chatctl rooms set tea --moderated on --slow 30s", "chatctl rooms set tea --archived on");
    }

    private static FreeText Words(string name, string description, int maxBytes)
    {
        var words = new FreeText(name) { Description = description, HelpName = "TEXT" };
        words.Validators.Add(result =>
        {
            if (Encoding.UTF8.GetByteCount(result.GetValue(words) ?? "") is var length && length > maxBytes)
                result.AddError($"{name} has at most {maxBytes} bytes, and this one {length}");
        });
        return words;
    }

    // No option of a truth value, which would stand without its word as well.
    private static Option<string?> Switch(string name, string description)
    {
        var onOrOff = new Option<string?>(name) { Description = description, HelpName = "on|off" };
        onOrOff.CompletionSources.Add("on", "off");
        onOrOff.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not ("on" or "off") and var word }])
                result.AddError($"{name} takes on or off, and '{word}' is neither");
        });
        return onOrOff;
    }

    private static bool? IsOn(string? word) => word is null ? null : word == "on";

    private static Option<TimeSpan?> Time(string name, string description, string form, TimeSpan most) => new(name)
    {
        Description = description,
        HelpName = form,
        CustomParser = result =>
        {
            var span = result.Tokens.Single().Value is "off" ? TimeSpan.Zero : Times.ParseSpan(result.Tokens.Single().Value);
            if (span is null)
                result.AddError($"{name} takes off, or {Times.SpanForms}");
            else if (span > most)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is at most {(most.TotalDays >= 1 ? $"{most.TotalDays:0}d" : $"{most.TotalHours:0}h")}"));
            return span;
        },
    };

    private sealed record Change(ChatRoom Room, RoomChange Made, PostReceipt Receipt);
}
