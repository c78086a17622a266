namespace ChatProtocol.Hub;

/// <summary>Set-role, restrict and room-roles: who may what in a room.</summary>
internal sealed class RoomRoleHandlers(
    HubOptions options, HubClock clock, StepCounter steps, Principals principals, SessionRegistry sessions, Expulsions expulsions, RoomAccess access, RoomChanges changes) : IVerbHandlers
{
    /// <summary>The most items of one answer, each of 768 bytes at most (CP-ROM-017).</summary>
    private readonly int _maxItems = Math.Min(500, options.Limits.Frame / 768);

    /// <summary>The roles in words.</summary>
    private static readonly string[] Words = ["nobody", "a member", "a moderator", "an owner"];

    public IEnumerable<Verb> Verbs(RequestNeeds needs) =>
    [
        Verb.InRoom<SetRole>(Permissions.ModerateRoom, Permissions.ModerateRoom, SetRole, (session, set) => needs.RoomAndName(session, set.Room, set.Name),
            set => new AuditSubject(set.Name, Room: set.Room, Reason: set.Reason)),
        Verb.InRoom<Restrict>(Permissions.ModerateRoom, Permissions.ModerateRoom, Restrict, (session, restrict) => needs.RoomAndName(session, restrict.Room, restrict.Name),
            restrict => new AuditSubject(restrict.Name, Room: restrict.Room, Reason: restrict.Reason)),
        Verb.OfLong<RoomRoles>(Permissions.See, RoomRoles, (session, asked) => needs.Room(session, asked.Room), reads: (session, asked) => access.Reading(session, asked.Room)),
    ];

    public void SetRole(Session session, SetRole set)
    {
        if (access.Find(session, set.Id, set.Room) is not { } room || Target(session, set.Id, room, set.Name) is not { } target)
            return;
        var actor = session.Principal!;
        if (!Enum.IsDefined(set.Role))
            session.Refuse(set.Id, ErrorCode.InvalidValue, "the role is 0 (none), 1 (member), 2 (moderator) or 3 (owner)", field: "role");
        else if (target.Id == actor.Id ? MayTake(session, set, target) : MayGive(session, set, room, target))
            Set(session, set.Id, room, target, target.Standing with { Role = set.Role }, DescribeRole(room, target, actor, set.Role), set.Reason);
    }

    private static bool MayTake(Session session, SetRole set, RoleTarget target)
    {
        if (Rights.MayTake(target.Role, set.Role))
            return true;
        session.Refuse(set.Id, ErrorCode.Denied, "nobody gives itself a higher role", field: "role");
        return false;
    }

    private bool MayGive(Session session, SetRole set, Room room, RoleTarget target)
    {
        if (!access.Allows(session, set.Id, room, Permissions.ModerateRoom) || !MayChange(session, set.Id, room, target))
            return false;
        if (Rights.MayGive(session.Principal!, room, set.Role))
            return true;
        session.Refuse(set.Id, ErrorCode.Denied, "only an owner of the room may give this role", field: "role");
        return false;
    }

    public void Restrict(Session session, Restrict restrict)
    {
        if (access.Find(session, restrict.Id, restrict.Room, Permissions.ModerateRoom) is not { } room || Target(session, restrict.Id, room, restrict.Name) is not { } target)
            return;
        if (!Enum.IsDefined(restrict.Restriction))
            session.Refuse(restrict.Id, ErrorCode.InvalidValue, "the restriction is 0 (none), 1 (muted) or 2 (banned)", field: "restriction");
        else if (restrict.For is 0 or > Limits.MaxInteger / 2 || restrict is { For: not null, Restriction: RoomRestriction.None })
            session.Refuse(restrict.Id, ErrorCode.InvalidValue, "for is how long a restriction holds, in milliseconds above 0", field: "for");
        else if (MayChange(session, restrict.Id, room, target))
            Set(session, restrict.Id, room, target, target.Standing with
            {
                // A ban takes the role, or lists would go on showing a room by invitation.
                Role = restrict.Restriction == RoomRestriction.Banned ? RoomRole.None : target.Role,
                Restriction = restrict.Restriction,
                Until = restrict.For is { } span ? clock.Now + (long)span : 0,
                Reason = restrict.Reason,
            }, DescribeRestriction(target, restrict), restrict.Reason);
    }

    public void RoomRoles(Session session, RoomRoles asked)
    {
        if (access.Find(session, asked.Id, asked.Room) is not { } room)
            return;
        var seesAll = access.Includes(session, room, Permissions.ModerateRoom);
        var shown = room.Standings.After(asked.After).Where(standing => standing.HasRole || seesAll && standing.RestrictionAt(clock.Now) != RoomRestriction.None);
        var items = steps.ListOf(_maxItems, WithCreator(room, shown, asked.After), standing => Describe(standing, seesAll), out var more);
        session.Reply(new RoleList(asked.Id, items, more));
    }

    /// <summary>The creator has a role that no record tells.</summary>
    private IEnumerable<RoomStanding> WithCreator(Room room, IEnumerable<RoomStanding> standings, ulong after)
    {
        var creator = room.Record.Creator;
        if (creator <= after || room.Standings.Find(creator) is not null || !room.Standings.HasRole(creator))
            return standings;
        return standings.Append(StandingOf(room, creator, principals.Find(creator)?.Name.Text ?? Principals.NameOfForgotten(creator))).OrderBy(standing => standing.Principal);
    }

    private RoleListItem Describe(RoomStanding standing, bool seesAll)
    {
        var restriction = seesAll ? standing.RestrictionAt(clock.Now) : RoomRestriction.None;
        var isRestricted = restriction != RoomRestriction.None;
        return new RoleListItem(
            standing.Principal, principals.Find(standing.Principal)?.Name.Text ?? standing.Name, standing.Role, restriction, isRestricted ? (ulong)standing.Until : 0,
            isRestricted ? standing.Reason : "", standing.By, (ulong)standing.Made);
    }

    /// <summary>The principal that holds a name, or had it when the room heard of it last; null after refusing.</summary>
    private RoleTarget? Target(Session session, ulong id, Room room, string name)
    {
        var user = new UserName(name);
        if (principals.FindHolder(user, clock.Now) is { IsBuiltIn: false } holder)
            return new RoleTarget(holder, StandingOf(room, holder.Id, holder.Name.Text), room.Standings.RoleOf(holder.Id));
        if (room.Standings.After(0).FirstOrDefault(one => new UserName(one.Name) == user) is { } known)
            return new RoleTarget(principals.Find(known.Principal), known, known.Role);
        session.Refuse(id, ErrorCode.NoSuchUser, $"nobody called {name} is here", field: "name");
        return null;
    }

    /// <summary>CP-ROL-014.</summary>
    private static bool MayChange(Session session, ulong id, Room room, RoleTarget target)
    {
        if (Rights.Outranks(session.Principal!, target.Principal, target.Role, room))
            return true;
        session.Refuse(id, ErrorCode.Denied, target.Id == session.Principal!.Id ? "nobody restricts itself" : $"only who is above {target.Standing.Name} in the room may do this", field: "name");
        return false;
    }

    private void Set(Session session, ulong id, Room room, RoleTarget target, RoomStanding standing, string words, string reason)
    {
        var actor = session.Principal!;
        var before = target.Standing;
        if ((standing.Role, standing.Until, standing.RestrictionAt(clock.Now)) == (before.Role, before.Until, before.RestrictionAt(clock.Now)))
        {
            changes.AnswerUnchanged(session, id, room);
            return;
        }
        if (room.Standings.Find(target.Id) is null && room.Standings.Count >= RoomStandings.Max)
        {
            session.Refuse(id, ErrorCode.TooMany, $"the room has {RoomStandings.Max} principals with a role or a restriction, and that is the limit", RoomStandings.Max);
            return;
        }
        if (!session.Allows(id, ref actor.Usage.RoomChanges, session.Source.Bounds.RoomChanges, "changes of rooms"))
            return;
        var isNew = room.IsByInvitation && !room.Standings.HasRole(target.Id) && standing.HasRole;
        changes.Set(session, id, room, actor, standing with { By = actor.Name.Text, Made = clock.Now },
            (seq, time) => new RoleChanged(
                room.Id, seq, time, actor.Id, actor.Name.Text, reason.Length == 0 ? words : $"{words}: {reason}", target.Id, standing.Name, standing.Role, standing.RestrictionAt(clock.Now), (ulong)standing.Until),
            () => Settle(room, target, reason, isNew ? actor.Name.Text : null),
            () => Settle(room, target, "", invitedBy: null));
    }

    /// <summary>
    /// A change is durable or taken back. The sessions of the principal are told, and leave a room that it may not be in any more
    /// (CP-ROL-021, CP-ROL-022), which they may have joined by what is taken back.
    /// </summary>
    private void Settle(Room room, RoleTarget target, string reason, string? invitedBy)
    {
        if (target.Principal is not { } principal || room.IsRemoved)
            return;
        if (expulsions.From(principal, room, reason) || invitedBy is null)
            return;
        foreach (var session in sessions.Of(principal).ToArray())
        {
            steps.Add();
            session.Reply(new Invited(room.Id, room.Record.Name, invitedBy));
        }
    }

    private RoomStanding StandingOf(Room room, ulong principal, string name) =>
        (room.Standings.Find(principal) ?? new RoomStanding(principal, name, room.Standings.RoleOf(principal), RoomRestriction.None, 0, "", "", clock.Now)) with { Name = name };

    private static string DescribeRole(Room room, RoleTarget target, Principal actor, RoomRole role) => (role, target.Role, target.Id == actor.Id) switch
    {
        (RoomRole.None, _, true) => room.IsByInvitation ? "has left the room for good" : "has given up the role in this room",
        (_, _, true) => $"is {Words[(int)role]} now",
        (RoomRole.None, _, false) => room.IsByInvitation ? $"has removed {target.Standing.Name} from the room" : $"has taken the role of {target.Standing.Name}",
        (RoomRole.Member, RoomRole.None, false) when room.IsByInvitation => $"has invited {target.Standing.Name}",
        _ => $"has made {target.Standing.Name} {Words[(int)role]}",
    };

    private string DescribeRestriction(RoleTarget target, Restrict restrict)
    {
        var name = target.Standing.Name;
        var span = restrict.For is { } ms ? $" for {Describe(TimeSpan.FromMilliseconds(ms))}" : "";
        return restrict.Restriction switch
        {
            RoomRestriction.Muted => $"has muted {name}{span}",
            RoomRestriction.Banned => $"has banned {name} from the room{span}",
            _ => target.Standing.RestrictionAt(clock.Now) == RoomRestriction.Banned ? $"has lifted the ban of {name}" : $"has unmuted {name}",
        };
    }

    private static string Describe(TimeSpan span) => span.TotalDays >= 2 ? $"{span.TotalDays:0.#} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0.#} hours" : span.TotalMinutes >= 2 ? $"{span.TotalMinutes:0.#} minutes" : $"{span.TotalSeconds:0.#} seconds";

    /// <summary>The principal that a change is about; not in memory if only the room knows of it.</summary>
    private sealed record RoleTarget(Principal? Principal, RoomStanding Standing, RoomRole Role)
    {
        public ulong Id => Standing.Principal;
    }
}
