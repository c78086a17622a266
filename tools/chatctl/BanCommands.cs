using System.CommandLine;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The commands for bans, one method a command.</summary>
internal sealed class BanCommands(Target target)
{
    private static readonly ResultSchema<ChatBan> Listed = new("chatctl.bans.v1",
        // A dry run makes no ban, and so has no id.
        Column<ChatBan>.Number("id", b => b.Id),
        Column<ChatBan>.Text("banned", b => b.Subject),
        // A ban of an address has no principal.
        Column<ChatBan>.Number("principal", b => b.Principal),
        Column<ChatBan>.Time("until", b => b.Until),
        Column<ChatBan>.Text("reason", b => b.Reason),
        Column<ChatBan>.Text("by", b => b.By),
        Column<ChatBan>.Time("made", b => b.Made));

    private static readonly ResultSchema<BanResult> Made = Listed.With("chatctl.ban.v1", (BanResult b) => b.Ban,
        Column<BanResult>.Number("hit", b => b.Hit),
        Column<BanResult>.Flag("dry_run", b => b.Ban.Id is null).ForPrograms());

    private static readonly ResultSchema<string> Lifted = new("chatctl.unban.v1",
        Column<string>.Number("id", Numbers.Parse),
        Column<string>.Text("banned", named => Numbers.Parse(named) is null ? named : null));

    public IEnumerable<Command> All => [Ban(), Unban(), Bans()];

    private Command Ban()
    {
        var whom = new Argument<string>("address|name|id") { Description = "An address or prefix, a user's name, or a connection's id, as list shows it" };
        var lasts = AdminOptions.Duration("--for", "How long the ban lasts. Without it a user is banned for good, an address for a day", mayBeZero: false);
        var reason = AdminOptions.Reason("The reason, which the banned users are told", ChatProtocol.Ban.MaxReason);
        var safeguard = new Safeguard(isNeededInScripts: false);
        safeguard.DryRun.Description = "Only count the connections that the ban would close";
        var force = new Option<bool>("--force") { Description = "Ban even more than a /16, or a /32 of IPv6, or this machine itself" };
        var room = new RoomOption("Ban a user only from this room, by its name or its id: its connections stay");
        var command = new Command("ban", "Ban a user or an address, and close the connections. A user is banned with every name of the same secret; an IPv6 address with its /64; a plain text client by its address") { whom, lasts, reason, room, safeguard.DryRun, safeguard.Yes, force };
        command.Validators.Add(result =>
        {
            if (result.GetResult(room) is not null && (result.GetValue(force) || result.GetValue(safeguard.DryRun)))
                result.AddError($"{(result.GetValue(force) ? force.Name : safeguard.DryRun.Name)} does not go with {room.Name}");
        });
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            if (await room.FindAsync(parsed, client, stop) is { } found)
            {
                await RoleCommands.MakeAsync(results, found, parsed.GetRequiredValue(whom), RoomRestriction.Banned,
                    name => found.BanAsync(name, parsed.GetValue(lasts), parsed.GetRequiredValue(reason), stop));
                return ExitCode.Done;
            }

            Task<BanResult> BanAsync(bool dryRun) => client.Admin.BanAsync(
                ToSubject(parsed.GetRequiredValue(whom)), parsed.GetValue(lasts), parsed.GetRequiredValue(reason), dryRun, parsed.GetValue(force), stop);

            var isDryRun = safeguard.IsDryRun(parsed);
            // One connection is no more than was named.
            if (!isDryRun && safeguard.IsAsked(parsed, results) && await BanAsync(dryRun: true) is { Hit: > 1 } planned
                && await safeguard.RefusalAsync(parsed, results, DangerOf(planned), stop) is { } exitCode)
                return exitCode;
            Tell(results, await BanAsync(isDryRun));
            return ExitCode.Done;
        }, stop));
        return command.WithExamples("chatctl ban mallory --reason spam", "chatctl ban 203.0.113.7 --for 2h", "chatctl ban 2001:db8::/48 --dry-run", "chatctl ban mallory --room tea");
    }

    private Command Unban()
    {
        var whom = new Argument<string>("id|address|name") { Description = "A ban's id, as bans shows it, or the address or name that was banned" };
        var room = new RoomOption("Lift the ban of a user from this room, by its name or its id");
        var command = new Command("unban", "Lift a ban") { whom, room };
        command.SetAction((parsed, stop) => target.ChangeAsync(parsed, async (client, results) =>
        {
            var named = parsed.GetRequiredValue(whom);
            if (await room.FindAsync(parsed, client, stop) is { } found)
            {
                await RoleCommands.MakeAsync(results, found, named, RoomRestriction.None, name => found.UnbanAsync(name, stop));
                return;
            }
            await (Numbers.Parse(named) is { } number ? client.Admin.UnbanAsync(number, stop)
                : AddressRange.Parse(named) is { } range ? client.Admin.UnbanAddressAsync(range, stop)
                : client.Admin.UnbanUserAsync(named, stop));
            results.Done(Numbers.Parse(named) is null ? $"{named} is banned no more" : $"ban {named} is lifted", named, Lifted);
        }, stop));
        return command.WithExamples("chatctl unban 3", "chatctl unban mallory", "chatctl unban 203.0.113.0/24", "chatctl unban mallory --room tea");
    }

    private Command Bans()
    {
        var watch = new WatchOption();
        var command = new Command("bans", "List the bans in force") { watch };
        command.SetAction((parsed, stop) => target.ListAsync(
            parsed, watch, Listed, async (client, ending) => await client.Admin.BansAsync(ending).ToListAsync(ending), stop));
        return command.WithExamples("chatctl bans", "chatctl bans -o json");
    }

    /// <summary>
    /// The subject of a ban: digits alone are an id, since no name is; a text in the form of an address is an address, even
    /// if a user has that name.
    /// </summary>
    public static BanSubject ToSubject(string text) =>
        Numbers.Parse(text) is { } session ? BanSubject.OfSession(session)
        : AddressRange.Parse(text) is { } range ? BanSubject.Range(range)
        : BanSubject.User(text);

    /// <summary>Prints a ban and how many connections it has closed, or would close.</summary>
    public static void Tell(ResultWriter results, BanResult banned) => results.List([banned], Made);

    private static Danger DangerOf(BanResult planned) => new(
        $"The ban of {planned.Ban.Subject} closes {Counts.Of(planned.Hit, "connection")}. Go on?", "nobody was banned");
}
