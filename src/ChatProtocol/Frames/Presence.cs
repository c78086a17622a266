using MessagePack;

namespace ChatProtocol;

/// <summary>
/// From the server: the principals that came to a room or left it since the last such frame. At most one a room each 250 ms, never stored
/// (CP-PRE-001). A principal in <paramref name="Arrived"/> that was already present has a new name.
/// </summary>
/// <param name="Room">The room's id.</param>
/// <param name="Count">How many principals are in the room now.</param>
/// <param name="Arrived">The principals that came or have a new name; empty for a session that wants counts only.</param>
/// <param name="Left">The principals that left, each with the name last shown.</param>
public sealed record Presence(ulong Room, ulong Count, IReadOnlyList<PresentUser> Arrived, IReadOnlyList<PresentUser> Left) : Frame, IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 65;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [65, room, count, [[principal, name]…], [[principal, name]…]]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Room);
        writer.Write(Count);
        PresentUser.Write(ref writer, Arrived);
        PresentUser.Write(ref writer, Left);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Presence(
        reader.UInt("room"),
        reader.UInt("count"),
        reader.List("arrived", PresentUser.Read),
        reader.List("left", PresentUser.Read));
}

/// <summary>A principal that is, or was, in a room.</summary>
/// <param name="Principal">The principal's id.</param>
/// <param name="Name">The principal's name.</param>
public readonly record struct PresentUser(ulong Principal, string Name)
{
    internal static void Write(ref MessagePackWriter writer, IReadOnlyList<PresentUser> users)
    {
        writer.WriteArrayHeader(users.Count);
        foreach (var user in users)
        {
            writer.WriteArrayHeader(2);
            writer.Write(user.Principal);
            writer.Write(user.Name);
        }
    }

    internal static PresentUser Read(ref FieldReader reader) =>
        new(reader.UInt("principal"), reader.String("name", Names.MaxLength));
}
