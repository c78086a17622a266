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
