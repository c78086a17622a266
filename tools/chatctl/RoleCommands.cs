using System.CommandLine;
using System.CommandLine.Parsing;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for roles and restrictions in rooms, one method a command.</summary>
internal sealed class RoleCommands(Target target)
{
    private static readonly ResultSchema<ChatRoleInfo> Listed = new("chatctl.roles.v1",
        Column<ChatRoleInfo>.Number("principal", r => r.Principal),
        Column<ChatRoleInfo>.Text("name", r => r.Name),
        Column<ChatRoleInfo>.Text("role", r => RoomWords.Of(r.Role)),
        Column<ChatRoleInfo>.Text("restriction", r => RoomWords.Of(r.Restriction)),
        Column<ChatRoleInfo>.Time("until", r => r.Until),
        Column<ChatRoleInfo>.Text("reason", r => r.Reason),
        Column<ChatRoleInfo>.Text("by", r => r.By),
        Column<ChatRoleInfo>.Time("made", r => r.Made));

    private static readonly ResultSchema<RoleChange> Changed = new("chatctl.roles.set.v1",
        Column<RoleChange>.Number("id", c => c.Room.Id),
        Column<RoleChange>.Text("room", c => c.Room.Name),
        Column<RoleChange>.Text("name", c => c.Name),
        Column<RoleChange>.Text("role", c => RoomWords.Of(c.Role)),
        Column<RoleChange>.Flag("changed", c => c.Receipt.Seq is not null));

    private static readonly ResultSchema<Restriction> Restricted = new("chatctl.restriction.v1",
        Column<Restriction>.Number("id", r => r.Room.Id),
        Column<Restriction>.Text("room", r => r.Room.Name),
        Column<Restriction>.Text("name", r => r.Name),
        Column<Restriction>.Text("restriction", r => RoomWords.Of(r.Kind)),
        Column<Restriction>.Flag("changed", r => r.Receipt.Seq is not null));

    public IEnumerable<Command> All => [Roles(), Mute(), Unmute()];

    private Command Roles()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or the id of one by invitation" };
        room.MustNotBeEmpty();
        var command = new Command("roles", "List those who have a role or a restriction in a room, or set a role") { room, Set() };
        command.SetAction((parsed, stop) => target.RunAsync(parsed, async (client, results) =>
            results.List(await (await client.OpenAsync(parsed.GetRequiredValue(room), cancellationToken: stop)).RolesAsync(stop).ToListAsync(stop), Listed), stop));
        return command.WithExamples("chatctl roles tea", "chatctl roles set tea alice moderator");
    }

    private Command Set()
    {
        var room = new Argument<string>("room") { Description = "The room's name, or the id of one by invitation" };
        var name = new Argument<string>("name") { Description = "The user" };
        var role = new Argument<RoomRole>("role") { Description = "none, member, moderator or owner", CustomParser = ParseRole };
        role.CompletionSources.Clear();
        role.CompletionSources.Add(RoomWords.RoleNames);
        var reason = AdminOptions.Reason("The reason, which everybody in the room is told", Ban.MaxReason);
        room.MustNotBeEmpty();
        name.MustNotBeEmpty();
        var command = new Command("set", "Give a user a role in a room, or take it") { room, name, role, reason };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var (whom, given) = (parsed.GetRequiredValue(name), parsed.GetRequiredValue(role));
            var found = await client.OpenAsync(parsed.GetRequiredValue(room), cancellationToken: stop);
            var done = await found.SetRoleAsync(whom, given, parsed.GetRequiredValue(reason), stop);
            results.Done($"{whom} is {Describe(given)} of {found}{(done.Seq is null ? " already" : "")}", new RoleChange(found, whom, given, done), Changed);
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl roles set tea alice moderator", "chatctl roles set 17 mallory none --reason 'too loud'");
    }

    private Command Mute()
    {
        var name = new Argument<string>("name") { Description = "The user" };
        var room = new RoomOption("The room, by its name or its id") { Required = true };
        var lasts = AdminOptions.Duration("--for", "How long; without it for good", mayBeZero: false);
        var reason = AdminOptions.Reason("The reason, which everybody in the room is told", Ban.MaxReason);
        name.MustNotBeEmpty();
        var command = new Command("mute", "Keep a user from posting in a room; it reads on") { name, room, lasts, reason };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var found = (await room.FindAsync(parsed, client, stop))!;
            await MakeAsync(results, found, parsed.GetRequiredValue(name), RoomRestriction.Muted,
                whom => found.MuteAsync(whom, parsed.GetValue(lasts), parsed.GetRequiredValue(reason), stop));
        }, stop));
        return command.WithExamples("chatctl mute mallory --room tea --for 1h --reason 'too loud'");
    }

    private Command Unmute()
    {
        var name = new Argument<string>("name") { Description = "The user" };
        var room = new RoomOption("The room, by its name or its id") { Required = true };
        name.MustNotBeEmpty();
        var command = new Command("unmute", "Let a user post in a room again") { name, room };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var found = (await room.FindAsync(parsed, client, stop))!;
            await MakeAsync(results, found, parsed.GetRequiredValue(name), RoomRestriction.None, whom => found.UnmuteAsync(whom, stop));
        }, stop));
        return command.WithExamples("chatctl unmute mallory --room tea");
    }

    /// <summary>Makes or lifts a restriction, and prints it.</summary>
    public static async Task MakeAsync(ResultWriter results, ChatRoom room, string name, RoomRestriction kind, Func<string, Task<PostReceipt>> make)
    {
        var done = await make(name);
        results.Done($"{name} is {Describe(kind)} {room}{(done.Seq is null ? " already" : "")}", new Restriction(room, name, kind, done), Restricted);
    }

    private static string Describe(RoomRole role) => role == RoomRole.None ? "no member" : $"{(role == RoomRole.Owner ? "an" : "a")} {RoomWords.Of(role)}";

    private static string Describe(RoomRestriction restriction) => restriction switch
    {
        RoomRestriction.Muted => "muted in",
        RoomRestriction.Banned => "banned from",
        _ => "free to post in",
    };

    private static RoomRole ParseRole(ArgumentResult result)
    {
        var word = result.Tokens.Single().Value;
        if (RoomWords.ToRole(word) is { } role)
            return role;
        result.AddError($"a role is one of {string.Join(", ", RoomWords.RoleNames)}, and '{word}' is none of them");
        return RoomRole.None;
    }

    private sealed record RoleChange(ChatRoom Room, string Name, RoomRole Role, PostReceipt Receipt);

    private sealed record Restriction(ChatRoom Room, string Name, RoomRestriction Kind, PostReceipt Receipt);
}
