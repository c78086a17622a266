namespace ChatProtocol.Hub;

/// <summary>Why a name cannot be taken.</summary>
internal readonly record struct NameRefusal(ErrorCode Reason, string Text);

/// <summary>The names of admins and of present principals, which no newly taken name may look like.</summary>
internal sealed class NamesInUse(StepCounter steps)
{
    private readonly LookAlikeIndex _all = new();

    /// <summary>Why a name cannot be newly taken; null if it can. The taker itself may be present under a similar name.</summary>
    public NameRefusal? Validate(UserName name, Principal? taker)
    {
        if (NewNameRules.Validate(name.Text) is { } complaint)
            return new NameRefusal(ErrorCode.BadName, complaint);
        if (ReservedNames.OfUsers.Find(name) is { } reserved)
            return new NameRefusal(ErrorCode.BadName, name.Canonical == reserved
                ? $"the name {name} is reserved"
                : $"the name {name} looks like {reserved}, which is reserved; choose another name");
        return FindLookAlike(name, taker) is { } other && new UserName(other) != name
            ? new NameRefusal(ErrorCode.NameTaken, $"the name {name} looks like {other}, who is here; choose another name")
            : null;
    }

    /// <summary>From here on no other name may look like this principal's.</summary>
    public void Use(Principal principal)
    {
        steps.AddForms(principal.Name.Text);
        var forms = NameSkeletons.Of(principal.Name.Text);
        principal.Forms = forms;
        _all.Add(principal.Name.Text, forms);
    }

    public void StopUsing(Principal principal)
    {
        if (principal.Forms is { } forms)
            _all.Remove(forms);
        principal.Forms = null;
    }

    private string? FindLookAlike(UserName name, Principal? taker)
    {
        var forms = NameSkeletons.Of(name.Text);
        if (taker?.Forms is not { } own)
            return _all.Find(forms);
        // A principal's own name does not keep it from writing that name differently.
        _all.Remove(own);
        var found = _all.Find(forms);
        _all.Add(taker.Name.Text, own);
        return found;
    }
}
