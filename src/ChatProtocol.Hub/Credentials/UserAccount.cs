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
        var before = Latest;
        var next = change(before);
        Latest = next;
        batch.Add(new LogChange.KeepAccount(next), new CommitCallbacks(
            () =>
            {
                var counted = Record;
                Record = next;
                stored(counted);
            },
            () =>
            {
                Latest = before;
                lost?.Invoke();
            })
        { IsAwaited = lost is not null });
    }

    /// <summary>
    /// What stands in an account's principal for the hash of a guest key: of no 32 bytes, so that no key leads to it, and another for each
    /// account, so that bans hit one.
    /// </summary>
    public static ReadOnlyMemory<byte> KeyHashOf(ulong principal) =>
        SHA256.HashData(Encoding.ASCII.GetBytes("account " + principal.ToString(CultureInfo.InvariantCulture)));
}
