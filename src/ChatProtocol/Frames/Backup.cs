using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: copy everything that is stored to a file on the server's machine. Answered by <see cref="Ok"/> (CP-ADM-009).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Path">The file to write: an absolute path, at which nothing exists yet.</param>
public sealed record Backup(ulong Id, string Path) : Request(Id)
{
    /// <summary>The longest path, in bytes of UTF-8.</summary>
    public const int MaxPath = 4000;

    /// <inheritdoc/>
    public override FrameCode Code => FrameCode.Backup;

    // [44, id, path]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Path);
    }

    internal static Backup Read(ref FieldReader reader) => new(
        reader.UInt("id"),
        reader.String("path", MaxPath));
}
