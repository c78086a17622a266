using System.Buffers.Binary;

namespace ChatProtocol.Tests;

/// <summary>
/// The frames of a server as one of a later minor version would send them: a <c>message</c> whose text begins with <c>even </c> or
/// <c>odd </c> comes as an entry of a kind that nobody knows yet, with an even code or an odd one. For one connection.
/// </summary>
internal sealed class LaterVersion
{
    private const byte ArrayOfSeven = 0x97;
    private const byte Message = 76;
    private const byte OneByteInteger = 0xcc;
    private const byte Even = 190;
    private const byte Odd = 191;

    private readonly List<byte> _pending = [];

    /// <summary>The bytes to send for these, which may end within a frame.</summary>
    public byte[] Rewrite(ReadOnlySpan<byte> bytes)
    {
        var output = new List<byte>();
        _pending.AddRange(bytes);
        while (_pending.Count >= 4 && BinaryPrimitives.ReadInt32BigEndian([.. _pending.Take(4)]) is var length && _pending.Count >= 4 + length)
        {
            output.AddRange(RewriteFrame([.. _pending.Skip(4).Take(length)]));
            _pending.RemoveRange(0, 4 + length);
        }
        return [.. output];
    }

    private static byte[] RewriteFrame(byte[] payload)
    {
        byte? code = payload[..2] is not [ArrayOfSeven, Message] ? null
            : payload.AsSpan().IndexOf("even "u8) >= 0 ? Even
            : payload.AsSpan().IndexOf("odd "u8) >= 0 ? Odd
            : null;
        if (code is { } unknown)
            payload = [ArrayOfSeven, OneByteInteger, unknown, .. payload[2..]];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, payload.Length);
        return [.. length, .. payload];
    }
}
