using System.Buffers;
using System.Security.Cryptography;
using MessagePack;

namespace ChatProtocol.Hub;

/// <summary>
/// The chain of the audit log: the hash of each record covers that of the one before it, so that none can be changed, removed or put in
/// without all hashes behind it. What is personal is hashed apart with a salt, so that it can be blanked later: the record keeps that
/// hash, and without the salt nobody can guess from it what was there.
/// </summary>
public static class AuditChain
{
    /// <summary>The bytes of a hash: SHA-256.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>The bytes of a salt.</summary>
    public const int SaltSize = 16;

    /// <summary>The hash of what is personal in a record.</summary>
    /// <param name="salt">Random bytes of this record alone.</param>
    /// <param name="record">The record.</param>
    public static byte[] HashPersonal(ReadOnlySpan<byte> salt, AuditRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var bytes = BufferWith(salt);
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(4);
        writer.Write(record.Name);
        writer.Write(record.Address);
        writer.Write(record.Target);
        writer.Write(record.Reason);
        writer.Flush();
        return SHA256.HashData(bytes.WrittenSpan);
    }

    /// <summary>The place in the chain of the record behind another one.</summary>
    /// <param name="previous">The place of the record before it.</param>
    /// <param name="record">The record; what is personal in it is not looked at.</param>
    /// <param name="personal">The hash of what is personal in it.</param>
    public static AuditPosition Next(AuditPosition previous, AuditRecord record, ReadOnlySpan<byte> personal)
    {
        ArgumentNullException.ThrowIfNull(record);
        var number = previous.Number + 1;
        var bytes = BufferWith(previous.Hash.Span);
        var writer = new MessagePackWriter(bytes);
        writer.WriteArrayHeader(12);
        writer.Write(number);
        writer.Write(record.Time);
        writer.Write(record.Principal);
        writer.Write((int)record.Credential);
        writer.Write(record.Token);
        writer.Write(record.Verb);
        writer.Write(record.Whom);
        writer.Write(record.Room);
        writer.Write(record.Was);
        writer.Write(record.Is);
        writer.Write(record.Result);
        writer.Write(personal);
        writer.Flush();
        return new AuditPosition(number, SHA256.HashData(bytes.WrittenSpan));
    }

    private static ArrayBufferWriter<byte> BufferWith(ReadOnlySpan<byte> begin)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(begin);
        return bytes;
    }
}
