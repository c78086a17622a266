using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Hub;

/// <summary>A principal's account, with its tokens.</summary>
internal sealed class UserAccount(AccountRecord record)
{
    /// <summary>The most tokens of one account.</summary>
    public const int MaxTokens = 100;

    /// <summary>The account as it is stored, which is what counts.</summary>
    public AccountRecord Record { get; private set; } = record;

    /// <summary>The account with the changes that are not stored yet: what the next change begins with.</summary>
    public AccountRecord Latest { get; private set; } = record;

    /// <summary>The number of the password that counts; another hash of the same password has the same number.</summary>
    public int Password { get; private set; }

    /// <summary>The number of the password with the changes that are not stored yet.</summary>
    public int LatestPassword { get; private set; }

    /// <summary>Whether it is being deleted: what is stored of its principal from here on is without name and key.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether the log has it, and it is not being deleted: otherwise nobody can log in as it or change it.</summary>
    public bool IsStored { get; set; }

    /// <summary>Its tokens by number, those that are not stored yet among them.</summary>
    public SortedDictionary<ulong, TokenRecord> Tokens { get; } = [];

    /// <summary>Puts a change into a batch; it counts from when it is stored.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="change">Makes the changed record from the latest one.</param>
    /// <param name="stored">Called when it counts, with the record that counted until then.</param>
    /// <param name="lost">Called if it could not be stored; null where nobody waits for it.</param>
    public void Change(LogBatch batch, Func<AccountRecord, AccountRecord> change, Action<AccountRecord> stored, Action? lost)
    {
        var next = change(Latest);
        Put(batch, next, next.Password.Equals(Latest.Password) ? LatestPassword : LatestPassword + 1, stored, lost);
    }

    /// <summary>Puts another hash of the password into a batch, unless the password is being changed. Nobody waits for it.</summary>
    public void Rehash(LogBatch batch, ReadOnlyMemory<byte> hash)
    {
        if (LatestPassword == Password)
            Put(batch, Latest with { Password = hash }, Password, _ => { }, lost: null);
    }

    private void Put(LogBatch batch, AccountRecord next, int password, Action<AccountRecord> stored, Action? lost)
    {
        var (before, passwordBefore) = (Latest, LatestPassword);
        (Latest, LatestPassword) = (next, password);
        batch.Add(new LogChange.KeepAccount(next), new CommitCallbacks(
            () =>
            {
                var counted = Record;
                (Record, Password) = (next, password);
                stored(counted);
            },
            () =>
            {
                (Latest, LatestPassword) = (before, passwordBefore);
                lost?.Invoke();
            })
        { IsAwaited = lost is not null });
    }

    /// <summary>
    /// The value in an account's principal in the place of a guest key's hash: of no 32 bytes, so that no key leads to it, and another for each
    /// account, so that bans hit one.
    /// </summary>
    public static ReadOnlyMemory<byte> KeyHashOf(ulong principal) =>
        SHA256.HashData(Encoding.ASCII.GetBytes("account " + principal.ToString(CultureInfo.InvariantCulture)));
}
