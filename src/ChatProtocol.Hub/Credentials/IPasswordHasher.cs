namespace ChatProtocol.Hub;

/// <summary>
/// Makes and checks the hashes of passwords, which takes long, and random secrets, which the hub itself cannot make. Answers through
/// <see cref="ChatHub.PasswordDone"/>; no call blocks.
/// </summary>
public interface IPasswordHasher
{
    /// <summary>Begins a task; false if too many wait already, and then nothing follows (CP-ACC-025).</summary>
    bool TryBegin(PasswordTask task);

    /// <summary>New random bytes for a token or an invitation: <see cref="SecretCode.Size"/> of them.</summary>
    byte[] NewSecret();
}

/// <summary>A task for the hasher, with the callback for its result.</summary>
public abstract class PasswordTask
{
    private PasswordTask(ReadOnlyMemory<byte> password, Action<PasswordResult> goOn)
    {
        Password = password;
        GoOn = goOn;
    }

    /// <summary>The password, as it was sent.</summary>
    public ReadOnlyMemory<byte> Password { get; }

    /// <summary>Called by <see cref="ChatHub.PasswordDone"/>.</summary>
    internal Action<PasswordResult> GoOn { get; }

    /// <summary>To make the hash of a new password.</summary>
    public sealed class Make : PasswordTask
    {
        internal Make(ReadOnlyMemory<byte> password, Action<PasswordResult> goOn) : base(password, goOn)
        {
        }
    }

    /// <summary>To check a password against a hash.</summary>
    public sealed class Check : PasswordTask
    {
        internal Check(ReadOnlyMemory<byte> password, ReadOnlyMemory<byte>? hash, Action<PasswordResult> goOn) : base(password, goOn) => Hash = hash;

        /// <summary>The hash; null where there is no such account, which takes as long and is wrong (CP-ACC-007).</summary>
        public ReadOnlyMemory<byte>? Hash { get; }
    }
}

/// <summary>The result of a <see cref="PasswordTask"/>.</summary>
/// <param name="IsRight">Whether the password is that of the hash; true for one that was made.</param>
/// <param name="NewHash">A new hash to be stored: the one that was made, or in the place of one that was made by other parameters; null for none.</param>
public sealed record PasswordResult(bool IsRight, ReadOnlyMemory<byte>? NewHash);
