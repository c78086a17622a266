using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: write everything that is stored, or one room, to a text file on the server's machine. Answered by <see cref="Exported"/> (CP-EXP-001).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Path">The file to write: an absolute path, at which nothing exists yet.</param>
/// <param name="Room">The room's id; null for the whole server.</param>
public sealed record Export(ulong Id, string Path, ulong? Room = null) : Request(Id), IKnownFrame
{
    /// <summary>The longest path, in bytes of UTF-8.</summary>
    public const int MaxPath = Backup.MaxPath;

    /// <inheritdoc/>
    public static int FrameCode => 124;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [124, id, path, room?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 3);
        writer.Write(Id);
        writer.Write(Path);
        writer.WriteOptional(Room);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Export(
        reader.UInt("id"),
        reader.String("path", MaxPath),
        reader.OptionalUInt("room"));
}
