using System.Text;

namespace ChatProtocol;

/// <summary>
/// The strings of names that came lately on a connection: an author says more than one thing, and a string is made once. It holds
/// 64 names of valid UTF-8 at most. Not thread-safe.
/// </summary>
internal sealed class NameCache
{
    private const int Slots = 64;

    private readonly (byte[] Utf8, string Name)[] _slots = new (byte[], string)[Slots];

    /// <summary>The name if it came lately.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        var (known, name) = _slots[SlotOf(utf8)];
        return known is not null && utf8.SequenceEqual(known) ? name : null;
    }

    /// <summary>Decodes a name of valid UTF-8, which takes the place of another.</summary>
    public string Add(ReadOnlySpan<byte> utf8)
    {
        var name = Encoding.UTF8.GetString(utf8);
        _slots[SlotOf(utf8)] = (utf8.ToArray(), name);
        return name;
    }

    /// <summary>Two names of one slot only make their strings again and again.</summary>
    private static int SlotOf(ReadOnlySpan<byte> utf8)
    {
        var hash = 2166136261u;
        foreach (var one in utf8)
            hash = (hash ^ one) * 16777619u;
        return (int)((hash ^ (hash >> 16)) % Slots);
    }
}
