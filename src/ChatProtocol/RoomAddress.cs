using System.Globalization;

namespace ChatProtocol;

/// <summary>
/// The room that <c>open</c> and <c>join</c> name: a public one by its name, the private one with a user, or any by its id (CP-NAM-002, CP-ROM-013,
/// CP-ROL-003).
/// Immutable. Two are equal if they are spelled the same; only the server tells which names are the same (CP-NAM-005).
/// </summary>
/// <param name="Kind">The kind of the room; <see cref="RoomKind.ByInvitation"/> where it is named by its id.</param>
/// <param name="Name">
/// The name of the public room, or of the other user, without a mark; the id in digits where that names the room. It need not keep the rules, which a room may be older than
/// (CP-NAM-016); <see cref="Names.Validate"/> tells.
/// </param>
public sealed record RoomAddress(RoomKind Kind, string Name)
{
    /// <summary>
    /// Reads an address as typed or received: <c>@user</c>, or a room's name or id with or without one <c>#</c> before it. It never fails.
    /// </summary>
    public static RoomAddress Parse(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address switch
        {
            [Names.PrivateMark, .. var user] => new RoomAddress(RoomKind.Private, user),
            ['#', .. var room] => OfName(room),
            _ => OfName(address),
        };
    }

    /// <summary>The address of a room as the server has told of it: by its id if it is by invitation, and by its name otherwise.</summary>
    /// <param name="kind">The kind of the room.</param>
    /// <param name="name">The room's name, or the name of the other user.</param>
    /// <param name="room">The room's id.</param>
    public static RoomAddress Of(RoomKind kind, string name, ulong room) => kind == RoomKind.ByInvitation ? OfId(room) : new RoomAddress(kind, name);

    /// <summary>The address of a room by its id.</summary>
    /// <param name="room">The room's id.</param>
    public static RoomAddress OfId(ulong room) => new(RoomKind.ByInvitation, room.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id that digits stand for; false if no room can have it.</summary>
    /// <param name="digits">The <see cref="Name"/> of an address by id.</param>
    /// <param name="room">The id.</param>
    public static bool TryParseId(string digits, out ulong room) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out room) && room <= Limits.MaxInteger;

    /// <summary>No name is made of digits alone (CP-NAM-001), which therefore stand for an id.</summary>
    private static RoomAddress OfName(string name) =>
        new(name.Length > 0 && name.All(char.IsAsciiDigit) ? RoomKind.ByInvitation : RoomKind.Public, name);

    /// <summary>The address as it is sent: the name, with <c>@</c> before that of a user.</summary>
    public override string ToString() => Kind == RoomKind.Private ? Names.PrivateMark + Name : Name;
}
