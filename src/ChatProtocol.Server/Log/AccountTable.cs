using ChatProtocol.Hub;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>
/// The accounts. The principal's row says too that it has one (<see cref="PrincipalTable.Mark"/>), so that an account whose row is lost
/// is missed, and its principal never taken for a guest.
/// </summary>
internal sealed class AccountTable(DatabaseConnection connection, PrincipalTable principals, TokenTable tokens, InvitationTable invitations)
{
    private const string Columns = "account.principal, role, password, made, disabled, account.crc";

    private readonly PreparedStatement _upsert = connection.Prepare(
        """
        INSERT OR REPLACE INTO account(principal, role, password, made, disabled, crc)
        SELECT $principal, $role, $password, $made, $disabled, $crc WHERE EXISTS (SELECT 1 FROM principal WHERE id = $principal)
        """);

    private readonly PreparedStatement _delete = connection.Prepare("DELETE FROM account WHERE principal = $principal");

    private readonly PreparedStatement _find = connection.Prepare(
        $"SELECT {Columns}, has_account FROM principal LEFT JOIN account ON account.principal = principal.id WHERE principal.id = $principal");

    private readonly PreparedStatement _has = connection.Prepare("SELECT EXISTS (SELECT 1 FROM account WHERE principal = $principal)");

    private readonly PreparedStatement _load = connection.Prepare($"SELECT {Columns} FROM account WHERE principal > $after ORDER BY principal LIMIT $count");

    // Marked principals without an account, and accounts without a marked principal.
    private readonly PreparedStatement _findUnmatched = connection.Prepare(
        """
        SELECT id FROM (SELECT id, has_account FROM principal ORDER BY id LIMIT $most) WHERE has_account <> EXISTS (SELECT 1 FROM account WHERE principal = id)
        UNION SELECT principal FROM (SELECT principal FROM account ORDER BY principal LIMIT $most) AS first
            WHERE NOT EXISTS (SELECT 1 FROM principal WHERE id = first.principal AND has_account)
        """);

    /// <summary>How many owners can log in.</summary>
    public int CountOwners() => (int)(long)connection.Ask($"SELECT count(*) FROM account INDEXED BY account_owner WHERE role = {(int)AccountRole.Owner} AND disabled = 0")!;

    /// <summary>Stores an account; no change if its principal is not there.</summary>
    public void Upsert(AccountRecord account)
    {
        _upsert.Execute((long)account.Principal, (int)account.Role, account.Password.ToArray(), account.Made, account.IsDisabled, ChecksumOf(account));
        principals.Mark(account.Principal, hasAccount: true);
    }

    /// <summary>Removes an account with its tokens and invitations.</summary>
    public void Delete(ulong principal)
    {
        tokens.DeleteOf(principal);
        invitations.DeleteOf(principal);
        _delete.Execute((long)principal);
        principals.Mark(principal, hasAccount: false);
    }

    /// <summary>The account of a principal; null if it has none.</summary>
    /// <exception cref="DamagedRowException">The row is not as it was stored, or is missing.</exception>
    public AccountRecord? Find(ulong principal)
    {
        using var rows = _find.Read((long)principal);
        if (!rows.Read() || rows.IsDBNull(0) && rows.Number(6) == 0)
            return null;
        var account = ToRecord(rows);
        if (rows.IsDBNull(0) || rows.Number(6) == 0 || !IsWhole(rows, account))
            ThrowAsDamaged(principal);
        return account;
    }

    public bool Has(ulong principal) => (long)_has.Ask((long)principal)! != 0;

    /// <summary>The first accounts behind a principal.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored.</exception>
    public List<AccountRecord> Load(ulong after = 0, int most = int.MaxValue) => Load((long)after, most, account => ThrowAsDamaged(account.Principal));

    /// <summary>Checks the first accounts, and whether those principals have one that say so.</summary>
    /// <exception cref="DamagedRowException">A row is not as it was stored, or is missing.</exception>
    public void Check(int most)
    {
        Load(most: most);
        FindUnmatched(most).ForEach(ThrowAsDamaged);
    }

    /// <summary>
    /// Locks the accounts that are not as they were stored, or are missing: their names stay held, and nobody can log in before an admin
    /// has given them a password and enabled them. Removes those whose principal is lost, which has their names. True if there were some.
    /// </summary>
    public bool LockDamaged()
    {
        var damaged = new List<AccountRecord>();
        Load(0, int.MaxValue, damaged.Add);
        damaged.ForEach(account => _delete.Execute((long)account.Principal));
        var unmatched = FindUnmatched(int.MaxValue);
        foreach (var principal in unmatched)
            if (principals.Find(principal) is null)
                Delete(principal);
            else
                Upsert(new AccountRecord(principal, AccountRole.Member, default, Made: 0, IsDisabled: true));
        return damaged.Count + unmatched.Count > 0;
    }

    private List<ulong> FindUnmatched(int most)
    {
        using var rows = _findUnmatched.Read(most);
        var unmatched = new List<ulong>();
        while (rows.Read())
            unmatched.Add((ulong)rows.Number(0));
        return unmatched;
    }

    private List<AccountRecord> Load(long after, int most, Action<AccountRecord> damaged)
    {
        using var rows = _load.Read(after, most);
        var accounts = new List<AccountRecord>();
        while (rows.Read())
        {
            var account = ToRecord(rows);
            if (IsWhole(rows, account))
                accounts.Add(account);
            else
                damaged(account);
        }
        return accounts;
    }

    private static AccountRecord ToRecord(SqliteDataReader row) =>
        new((ulong)row.Number(0), (AccountRole)row.Number(1), row.Blob(2), row.Number(3), row.Number(4) != 0);

    private static bool IsWhole(SqliteDataReader row, AccountRecord account) => row.Number(5) == ChecksumOf(account);

    private static void ThrowAsDamaged(ulong principal) =>
        throw new DamagedRowException($"the account of principal {principal}", "locks it, until it is given a password and enabled by an admin");

    private static long ChecksumOf(AccountRecord account) => new RowChecksum().Add(account.Principal).Add((long)account.Role).Add(account.Password)
        .Add(account.Made).Add(account.IsDisabled).Value;
}
