using System.Buffers;
using System.Buffers.Binary;
using MessagePack;

namespace ChatProtocol.Server;

/// <summary>The frames of entries, of known kinds or not: all begin alike (CP-MSG-013, 017).</summary>
internal static class EntryFrame
{
    /// <summary>The frame of a message, with its length.</summary>
    public static byte[] Encode(Message message)
    {
        var buffer = new FrameBuffer();
        buffer.Write(message);
        return buffer.ToArray();
    }

    /// <summary>Decodes an entry.</summary>
    /// <param name="frame">The frame, with its length.</param>
    /// <exception cref="ProtocolViolation">It is no entry.</exception>
    public static Entry Decode(ReadOnlyMemory<byte> frame)
    {
        var payload = frame.Length >= FrameBuffer.LengthSize ? frame[FrameBuffer.LengthSize..] : default;
        return FrameCodec.Decode(new ReadOnlySequence<byte>(payload), Direction.ToClient) as Entry
            ?? throw new ProtocolViolation(ErrorCode.Malformed, "frame", 0, "it is no entry");
    }

    /// <summary>
    /// The same entry in another room and by another author. All behind the head stays as it is, whatever it is, but for principals, which are
    /// nobody's of this server.
    /// </summary>
    /// <param name="frame">The frame of an entry, with its length.</param>
    /// <param name="room">The other room.</param>
    /// <param name="from">The other author.</param>
    public static byte[] Move(ReadOnlyMemory<byte> frame, ulong room, ulong from)
    {
        if (Decode(frame) is RoleChanged or PurgedEntries or Reacted)
            frame = WithoutPrincipal(Decode(frame));
        var reader = new MessagePackReader(frame[FrameBuffer.LengthSize..]);
        var output = new ArrayBufferWriter<byte>(frame.Length + 2 * sizeof(ulong));
        var writer = new MessagePackWriter(output);
        writer.WriteRaw(frame.Span[..FrameBuffer.LengthSize]);
        writer.WriteArrayHeader(reader.ReadArrayHeader());
        writer.Write(reader.ReadInt32());
        reader.Skip();
        writer.Write(room);
        writer.Write(reader.ReadUInt64());
        writer.Write(reader.ReadUInt64());
        reader.Skip();
        writer.Write(from);
        writer.WriteRaw(frame.Span[(FrameBuffer.LengthSize + (int)reader.Consumed)..]);
        writer.Flush();
        var moved = output.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(moved, moved.Length - FrameBuffer.LengthSize);
        return moved;
    }

    private static byte[] WithoutPrincipal(Entry entry) => FrameCodec.Encode(entry switch
    {
        RoleChanged changed => changed with { Principal = 0 },
        Reacted reacted => reacted with { Changes = [.. reacted.Changes.Select(change => change with { Principal = 0 })] },
        _ => ((PurgedEntries)entry) with { Principal = 0 },
    });
}
