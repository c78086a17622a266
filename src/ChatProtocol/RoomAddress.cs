namespace ChatProtocol;

/// <summary>
/// The room that <c>open</c> and <c>join</c> name: a public one by its name, or the private one with a user (CP-NAM-002, CP-ROM-013).
/// Immutable. Two are equal if they are spelled the same; only the server tells which names are the same (CP-NAM-005).
/// </summary>
/// <param name="Kind">Whether the room is public or private.</param>
/// <param name="Name">
/// The name of the public room, or of the other user, without a mark. It need not keep the rules, which a room may be older than
/// (CP-NAM-016); <see cref="Names.Validate"/> tells.
/// </param>
public sealed record RoomAddress(RoomKind Kind, string Name)
{
    /// <summary>Reads an address as typed or received: <c>@user</c>, or a room's name with or without one <c>#</c> before it. It never fails.</summary>
    public static RoomAddress Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address switch
        {
            [Names.PrivateMark, .. var user] => new RoomAddress(RoomKind.Private, user),
            ['#', .. var room] => new RoomAddress(RoomKind.Public, room),
            _ => new RoomAddress(RoomKind.Public, address),
        };
    }

    /// <summary>The address as it is sent: the name, with <c>@</c> before that of a user.</summary>
    public override string ToString() => Kind == RoomKind.Private ? Names.PrivateMark + Name : Name;
}
