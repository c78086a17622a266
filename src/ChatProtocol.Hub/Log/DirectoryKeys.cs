using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>A key under which a log finds a room.</summary>
/// <param name="Hash">A hash of what the room is looked up by.</param>
/// <param name="Scripts">For the look of a name, a hash of its scripts; 0 for other keys.</param>
public readonly record struct DirectoryKey(long Hash, long Scripts);

/// <summary>
/// The keys under which a log finds stored rooms and principals. They are made here, as no database has Unicode's tables, and are
/// hashes, as they only have to find few: the hub compares what was found. They are stored, and so never change.
/// </summary>
public static class DirectoryKeys
{
    /// <summary>The keys that a room is stored under.</summary>
    public static IReadOnlyList<DirectoryKey> Of(RoomRecord room)
    {
        ArgumentNullException.ThrowIfNull(room);
        return room.Kind switch
        {
            RoomKind.Private => [new DirectoryKey(OfPair(room.Creator, room.Peer), 0)],
            // Its name is a title, by which nobody finds it.
            RoomKind.ByInvitation => [],
            _ => [.. RoomNames(room.Name).Select(hash => new DirectoryKey(hash, 0)), .. Looks(room.Name)],
        };
    }

    /// <summary>The keys of the rooms that have this name, or one that differs by upper and lower case or by variants of letters.</summary>
    public static IReadOnlyList<long> RoomNames(string name) => [Hash('n', CanonicalName.Of(name)), Hash('f', NameSkeletons.Of(name).Folded)];

    /// <summary>
    /// The keys of the rooms that look like this name: those that have the hash, and not the scripts, could be mistaken for it.
    /// </summary>
    public static IReadOnlyList<DirectoryKey> Looks(string name)
    {
        var forms = NameSkeletons.Of(name);
        if (forms.Scripts.Length == 0)
            return [];
        var scripts = Hash('w', forms.Scripts);
        var look = new DirectoryKey(Hash('s', forms.Skeleton), scripts);
        return forms.TypedSkeleton == forms.Skeleton ? [look] : [look, new DirectoryKey(Hash('s', forms.TypedSkeleton), scripts)];
    }

    /// <summary>The key of the private room of two principals.</summary>
    public static long OfPair(ulong low, ulong high)
    {
        Span<byte> bytes = stackalloc byte[1 + 2 * sizeof(ulong)];
        bytes[0] = (byte)'p';
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[1..], low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[(1 + sizeof(ulong))..], high);
        return Hash(bytes);
    }

    /// <summary>The key of the principals that hold a name.</summary>
    public static long OfPrincipal(string name) => Hash('u', CanonicalName.Of(name));

    private static long Hash(char kind, string text) => Hash(Encoding.UTF8.GetBytes(kind + text));

    private static long Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
