using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Hub;

/// <summary>
/// The hash that tells whether two posts with one counter have the same text (CP-DEL-008): SipHash-2-4 with the server's secret
/// key, so that an erased text cannot be guessed from its hash.
/// </summary>
internal sealed class BodyHash
{
    /// <summary>Bytes of the key.</summary>
    public const int KeySize = 16;

    private readonly ulong _low;
    private readonly ulong _high;

    public BodyHash(ReadOnlySpan<byte> key)
    {
        _low = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _high = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    public ulong Of(ReadOnlySpan<byte> body)
    {
        var state = new State(_low, _high);
        var last = (ulong)body.Length << 56;
        for (; body.Length >= sizeof(ulong); body = body[sizeof(ulong)..])
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(body));
        for (var i = 0; i < body.Length; i++)
            last |= (ulong)body[i] << (8 * i);
        state.Take(last);
        return state.End();
    }

    /// <summary>The hash of a message with what it carries beside its text (CP-MSG-020). No text has the byte that stands between the two.</summary>
    public ulong Of(Text text, MessageDetails? details)
    {
        if (details is null)
            return Of(text.Utf8.Span);
        var body = new byte[text.Length + 1 + (2 * sizeof(ulong)) + 1];
        text.Utf8.Span.CopyTo(body);
        body[text.Length] = 0xff;
        var rest = body.AsSpan(text.Length + 1);
        BinaryPrimitives.WriteUInt64LittleEndian(rest, details.Reply ?? 0);
        BinaryPrimitives.WriteUInt64LittleEndian(rest[sizeof(ulong)..], details.Thread ?? 0);
        rest[^1] = details.Action ? (byte)1 : (byte)0;
        return Of(body);
    }

    /// <summary>Inlined by attribute, so that it stays in registers: ahead-of-time compilation does not know that this is hot.</summary>
    private struct State(ulong low, ulong high)
    {
        private ulong _v0 = low ^ 0x736f6d6570736575;
        private ulong _v1 = high ^ 0x646f72616e646f6d;
        private ulong _v2 = low ^ 0x6c7967656e657261;
        private ulong _v3 = high ^ 0x7465646279746573;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong End()
        {
            _v2 ^= 0xff;
            for (var i = 0; i < 4; i++)
                Round();
            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
