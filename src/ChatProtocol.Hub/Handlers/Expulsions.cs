namespace ChatProtocol.Hub;

/// <summary>Ends memberships in rooms that a principal may not be in any more, in all its sessions (CP-ROL-021).</summary>
internal sealed class Expulsions(HubClock clock, StepCounter steps, SlowWork slowWork, SessionRegistry sessions, Delivery delivery)
{
    /// <summary>Ends the memberships in one room, if the principal may not be there any more; false if it may.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="room">The room.</param>
    /// <param name="reason">Told to its sessions; may be empty.</param>
    public bool From(Principal principal, Room room, string reason)
    {
        if (MayBeIn(principal, room))
            return false;
        foreach (var session in sessions.Of(principal).ToArray())
        {
            steps.Add();
            if (session.Rooms.TryGetValue(room.Id, out var member))
                Expel(member, reason);
        }
        return true;
    }

    /// <summary>A principal may less than before, as an admin who is one no more: ends its memberships in every such room, in steps.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="reason">Told to its sessions.</param>
    /// <param name="done">Called when all are ended.</param>
    public void FromAll(Principal principal, string reason, Action done)
    {
        Session[] all = [.. sessions.Of(principal)];
        if (all.Length == 0)
            done();
        else
            slowWork.Begin(FromAll(principal, all, reason, done));
    }

    private IEnumerable<bool> FromAll(Principal principal, Session[] all, string reason, Action done)
    {
        foreach (var session in all)
        {
            foreach (var member in session.Rooms.Values.ToArray())
            {
                steps.Add();
                if (!MayBeIn(principal, member.Room))
                    Expel(member, reason);
            }
            yield return true;
        }
        done();
    }

    private bool MayBeIn(Principal principal, Room room) => Rights.Of(principal, room, clock.Now).Include(Permissions.See);

    private void Expel(Member member, string reason)
    {
        delivery.Exit(member);
        member.Session.Reply(new Expelled(member.Room.Id, reason));
    }
}
