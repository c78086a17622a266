namespace ChatProtocol.Hub;

/// <summary>The settings of a room, as they are stored (<c>spec/16-room-roles.md</c>).</summary>
/// <param name="Title">The title; empty for none.</param>
/// <param name="Topic">The topic; empty for none.</param>
/// <param name="IsModerated">Whether only those with a role in the room may post (CP-ROL-030).</param>
/// <param name="IsArchived">Whether nobody may post (CP-ROL-031).</param>
/// <param name="Slow">The least milliseconds between two posts of one principal; 0 for none (CP-ROL-032).</param>
/// <param name="EditFor">For how many milliseconds a message can be edited; 0 for ever (CP-AMD-003).</param>
public sealed record RoomSettings(string Title, string Topic, bool IsModerated, bool IsArchived, ulong Slow, ulong EditFor = 0)
{
    /// <summary>The settings of a room that nobody has set anything of.</summary>
    public static RoomSettings None { get; } = new("", "", false, false, 0);
}
