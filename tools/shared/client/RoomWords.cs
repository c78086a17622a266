using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The kinds, roles and restrictions of rooms in words, and how people name a room.</summary>
internal static class RoomWords
{
    private static readonly (string Name, RoomRole Role)[] Roles =
        [("none", RoomRole.None), ("member", RoomRole.Member), ("moderator", RoomRole.Moderator), ("owner", RoomRole.Owner)];

    /// <summary>The names of the roles.</summary>
    public static string[] RoleNames => Array.ConvertAll(Roles, one => one.Name);

    /// <summary>A role by its name; one that this version does not know by its number.</summary>
    public static string Of(RoomRole role) => Array.Find(Roles, one => one.Role == role).Name ?? Number((int)role);

    /// <summary>A restriction by its name; one that this version does not know by its number.</summary>
    public static string Of(RoomRestriction restriction) => restriction switch
    {
        RoomRestriction.None => "none",
        RoomRestriction.Muted => "muted",
        RoomRestriction.Banned => "banned",
        _ => Number((int)restriction),
    };

    /// <summary>A kind by its name; one that this version does not know by its number.</summary>
    public static string Of(RoomKind kind) => kind switch
    {
        RoomKind.Public => "public",
        RoomKind.Private => "private",
        RoomKind.ByInvitation => "by-invitation",
        _ => Number((int)kind),
    };

    /// <summary>The role of one of <see cref="RoleNames"/>; null for another word.</summary>
    public static RoomRole? ToRole(string name) => Array.Exists(Roles, one => one.Name == name) ? Array.Find(Roles, one => one.Name == name).Role : null;

    /// <summary>The fate of a room that the user was expelled from, and what to do.</summary>
    public static string Of(ExpelledFromRoom expelled)
    {
        var (room, reason) = (expelled.Room.Label(), expelled.Reason.Length == 0 ? "" : $" ({expelled.Reason})");
        return expelled.Room.Kind == RoomKind.ByInvitation
            ? $"you were removed from {room}{reason}; a moderator of it can invite you again"
            : $"you were banned from {room}{reason}; a moderator of it can lift that, and then it can be joined again";
    }

    /// <summary>
    /// The room as people are shown it: by its address, and one by invitation, whose address is its id, with its name before that, as
    /// <c>plans#12</c>. It may be typed like this as well.
    /// </summary>
    public static string Label(this ChatRoom room) => LabelOf(room.Kind, room.Name, room.Address);

    /// <summary>The same for a room of a list.</summary>
    public static string Label(this ChatRoomInfo room) => LabelOf(room.Kind, room.Name, room.Address);

    /// <summary>The same for a room that somebody was invited to.</summary>
    public static string Label(this InvitedToRoom room) => LabelOf(RoomKind.ByInvitation, room.Name, room.Address);

    /// <summary>The address of what was typed, which may be a label.</summary>
    public static string ToAddress(string typed) =>
        typed.LastIndexOf('#') is > 0 and var mark && RoomAddress.Parse(typed[mark..]) is { Kind: RoomKind.ByInvitation } byId ? byId.ToString() : typed;

    // No name has the sign in it (CP-NAM-001).
    private static string LabelOf(RoomKind kind, string name, string address) => kind == RoomKind.ByInvitation ? $"{name}#{address}" : address;

    private static string Number(int unknown) => unknown.ToString(CultureInfo.InvariantCulture);
}
