namespace ChatProtocol.Hub;

/// <summary>Ends the sessions of an account whose credential is no longer good, in steps, and answers when they are ended (CP-ACC-021).</summary>
internal sealed class SignOuts(SlowWork slowWork, SessionRegistry sessions)
{
    /// <summary>Ends some sessions of a principal.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="which">Which of its sessions.</param>
    /// <param name="reason">Told to them.</param>
    /// <param name="done">Called when all are ended.</param>
    public void End(Principal principal, Func<Session, bool> which, string reason, Action done)
    {
        Session[] ended = [.. sessions.Of(principal).Where(which)];
        if (ended.Length == 0)
            done();
        else
            slowWork.Begin(EndAll(ended, new Bye(ByeCode.SignedOut, reason, null), done));
    }

    private IEnumerable<bool> EndAll(Session[] ended, Bye last, Action done)
    {
        foreach (var session in ended)
        {
            sessions.Close(session, last);
            yield return true;
        }
        done();
    }
}
