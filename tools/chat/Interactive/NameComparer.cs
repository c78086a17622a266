namespace ChatProtocol.Tools;

/// <summary>Tells whether what was typed is the name of a room that is there: as the server compares them (CP-NAM-004).</summary>
internal sealed class NameComparer : IEqualityComparer<string>
{
    public bool Equals(string? one, string? other) =>
        one is null || other is null ? ReferenceEquals(one, other) : CanonicalName.Of(one) == CanonicalName.Of(other);

    public int GetHashCode(string name) => CanonicalName.Of(name).GetHashCode(StringComparison.Ordinal);
}
