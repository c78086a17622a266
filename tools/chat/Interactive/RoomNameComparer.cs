namespace ChatProtocol.Tools;

/// <summary>Compares typed names with those of known rooms, as the server compares them (CP-NAM-004).</summary>
internal sealed class RoomNameComparer : IEqualityComparer<string>
{
    public bool Equals(string? one, string? other) =>
        one is null || other is null ? ReferenceEquals(one, other) : CanonicalName.Of(one) == CanonicalName.Of(other);

    public int GetHashCode(string name) => CanonicalName.Of(name).GetHashCode(StringComparison.Ordinal);
}
