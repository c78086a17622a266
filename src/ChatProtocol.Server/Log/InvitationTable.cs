using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>The invitations.</summary>
internal sealed class InvitationTable(DatabaseConnection connection, MetaTable meta)
{
    private readonly PreparedStatement _upsert = connection.Prepare(
        "INSERT OR REPLACE INTO invitation(id, hash, made_by, role, uses, made, expires, crc) VALUES ($id, $hash, $by, $role, $uses, $made, $expires, $crc)");

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM invitation WHERE id = $id");

    private readonly PreparedStatement _deleteOf = connection.Prepare("DELETE FROM invitation WHERE made_by = $principal");

    private readonly PreparedStatement _load = connection.Prepare("SELECT id, hash, made_by, role, uses, made, expires, crc FROM invitation ORDER BY id");

    /// <summary>The lowest number that was never given.</summary>
    public ulong Next => Math.Max(meta.NextInvitation, (ulong)(long)connection.Ask("SELECT coalesce(max(id), 0) + 1 FROM invitation")!);

    /// <summary>Stores an invitation, in place of one with the same number or hash.</summary>
    public void Upsert(InvitationRecord invitation)
    {
        if (invitation.Number >= meta.NextInvitation)
            meta.NextInvitation = invitation.Number + 1;
        _upsert.Execute((long)invitation.Number, invitation.Hash, (long)invitation.By, (int)invitation.Role, invitation.Uses, invitation.Made, invitation.Expires,
            ChecksumOf(invitation));
    }

    public void Delete(ulong number) => _delete.Execute((long)number);

    /// <summary>Removes the invitations that a principal has made.</summary>
    public void DeleteOf(ulong principal) => _deleteOf.Execute((long)principal);

    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<InvitationRecord> Load() => Load(invitation => throw new DamagedRowException($"invitation {invitation.Number}"));

    /// <summary>Removes the invitations that are not as they were stored; true if there were some.</summary>
    public bool RemoveDamaged()
    {
        var damaged = new List<InvitationRecord>();
        Load(damaged.Add);
        damaged.ForEach(invitation => Delete(invitation.Number));
        return damaged.Count > 0;
    }

    private List<InvitationRecord> Load(Action<InvitationRecord> damaged)
    {
        using var rows = _load.Read();
        var invitations = new List<InvitationRecord>();
        while (rows.Read())
        {
            var invitation = new InvitationRecord((ulong)rows.Number(0), rows.Text(1), (ulong)rows.Number(2), (AccountRole)rows.Number(3), (int)rows.Number(4),
                rows.Number(5), rows.Number(6));
            if (rows.Number(7) == ChecksumOf(invitation))
                invitations.Add(invitation);
            else
                damaged(invitation);
        }
        return invitations;
    }

    private static long ChecksumOf(InvitationRecord invitation) => new RowChecksum().Add(invitation.Number).Add(invitation.Hash).Add(invitation.By)
        .Add((long)invitation.Role).Add(invitation.Uses).Add(invitation.Made).Add(invitation.Expires).Value;
}
