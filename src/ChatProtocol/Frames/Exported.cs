using MessagePack;

namespace ChatProtocol;

/// <summary>From the server, answering <see cref="Export"/>: what the file holds.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Rooms">How many rooms.</param>
/// <param name="Entries">How many entries.</param>
/// <param name="Hash">The hash of the file's last line, 32 bytes: it stands for every byte of the file.</param>
public sealed record Exported(ulong Id, ulong Rooms, ulong Entries, ReadOnlyMemory<byte> Hash) : Reply(Id), IKnownFrame
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashLength = 32;

    /// <inheritdoc/>
    public static int FrameCode => 102;

    /// <inheritdoc/>
    public override int Code => FrameCode;

    // [102, id, rooms, entries, hash]
    internal override void Write(ref MessagePackWriter writer)
    {
        writer.Begin(Code, 4);
        writer.Write(Id);
        writer.Write(Rooms);
        writer.Write(Entries);
        writer.Write(Hash.Span);
    }

    static Frame IKnownFrame.Read(ref FieldReader reader) => new Exported(
        reader.UInt("id"),
        reader.UInt("rooms"),
        reader.UInt("entries"),
        reader.Binary("hash", HashLength));
}
