namespace ChatProtocol.Hub;

/// <summary>
/// A name as it is shown (CP-NAM-007). It is equal to each name that has the same canonical form, as names are compared by that
/// alone (CP-NAM-004). It was asked for or stored, and need not keep the rules: those for newly taken names may be younger than it
/// (CP-NAM-016).
/// </summary>
/// <param name="Text">The name as typed by the user who took it, or who asks for it.</param>
internal abstract record Name(string Text)
{
    /// <summary>Whether it is longer than any name can be, so that nobody has it.</summary>
    public bool IsTooLong => Text.Length > Names.MaxLength;

    /// <summary>The canonical form; that of a text which is too long for a name is not worth its cost.</summary>
    public string Canonical { get; } = Text.Length > Names.MaxLength ? Text : CanonicalName.Of(Text);

    public virtual bool Equals(Name? other) => other?.Canonical == Canonical;

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);

    public sealed override string ToString() => Text;
}
