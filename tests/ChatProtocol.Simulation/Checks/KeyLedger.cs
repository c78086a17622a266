using System.Buffers.Binary;

namespace ChatProtocol.Simulation;

/// <summary>The texts that are posted with keys. Keys are counted for each principal and room, so that different posts have the same ones.</summary>
internal sealed class KeyLedger(World world)
{
    private readonly Dictionary<(ulong Principal, ulong Room), int> _keys = [];
    private readonly Dictionary<ulong, List<IntendedPost>> _byPrincipal = [];

    /// <summary>A new text with a key.</summary>
    public IntendedPost Say(ulong room, ulong principal, ulong? peer, int length)
    {
        var key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(key, _keys[(principal, room)] = _keys.GetValueOrDefault((principal, room)) + 1);
        var intended = world.Ledger.Say(room, principal, peer, null, length, key);
        if (!_byPrincipal.TryGetValue(principal, out var all))
            _byPrincipal.Add(principal, all = []);
        all.Add(intended);
        return intended;
    }

    /// <summary>The texts with keys of a principal.</summary>
    public IReadOnlyList<IntendedPost> Of(ulong principal) => _byPrincipal.GetValueOrDefault(principal) ?? [];

    /// <summary>Checks a refusal of a text with a key: what is stored is answered, whatever its author may do by then (CP-KEY-003, 004).</summary>
    public static void SeeRefusal(IntendedPost intended, RoomLedger room, Error error)
    {
        if (error.Reason == ErrorCode.KeyConflict)
            throw new Violation(Checker.Key, $"{intended} is refused, as its key has another text");
        var isOfRights = error.Reason is ErrorCode.Muted or ErrorCode.BannedFromRoom or ErrorCode.RoomArchived or ErrorCode.RateLimited or ErrorCode.NoSuchUser or ErrorCode.Blocked;
        if (isOfRights && intended.Seq != 0 && intended.Seq >= room.OldestOnDisk && !room.IsGone)
            throw new Violation(Checker.Key, $"{intended} is entry {intended.Seq}, and refused with {error}");
    }
}
