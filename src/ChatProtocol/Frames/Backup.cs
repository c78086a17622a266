using MessagePack;

namespace ChatProtocol;

/// <summary>From an admin: copy everything that is stored to a file on the server's machine. Answered by <see cref="Ok"/> (CP-ADM-009).</summary>
/// <param name="Id">Chosen by the client; the reply carries it.</param>
/// <param name="Path">The file to write: an absolute path, at which nothing exists yet.</param>
public sealed record Backup(ulong Id, string Path) : Request(Id), IKnownFrame
{
    /// <summary>The longest path, in bytes of UTF-8.</summary>
    public const int MaxPath = 4000;

    /// <inheritdoc/>
    public static int FrameCode => 44;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [44, id, path]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 2);
        writer.Write(Id);
        writer.Write(Path);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Backup(
        reader.UInt("id"),
        reader.String("path", MaxPath));
}
