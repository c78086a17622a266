using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: take what an export holds into the server. Answered by <see cref="Imported"/> (CP-EXP-010).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Path">The file on the server's machine: an absolute path.</param>
/// <param name="Room">The name of the public room to take out of the file; null for all that is in it.</param>
/// <param name="DryRun">Whether only to check the file and to tell what would be done.</param>
public sealed record Import(ulong Id, string Path, string? Room = null, bool DryRun = false) : Request(Id), IKnownFrame
{
    /// <inheritdoc/>
    public static int FrameCode => 126;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [126, id, path, room?, dry-run?]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Path);
        writer.Write(Room);
        writer.Write(DryRun);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Import(
        reader.UInt("id"),
        reader.String("path", Export.MaxPath),
        reader.OptionalString("room", Names.MaxLength),
        reader.OptionalBool("dry-run"));
}
