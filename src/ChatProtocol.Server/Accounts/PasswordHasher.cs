using System.Security.Cryptography;
using System.Text;
using ChatProtocol.Hub;
using NSec.Cryptography;

namespace ChatProtocol.Server;

/// <summary>
/// Checks and makes the hashes of passwords, with Argon2id, beside the hub's thread: few at a time and with low priority, as each takes
/// 30 ms of a processor and 19 MiB, and anybody can ask for one by a wrong password. Its threads and libsodium are loaded at the first.
/// </summary>
internal sealed class PasswordHasher : IPasswordHasher, IAsyncDisposable
{
    /// <summary>The most threads: more would only take processors from those who talk.</summary>
    private const int MaxThreads = 2;

    /// <summary>The most passwords that wait, over all threads: a second's worth.</summary>
    private const int MaxWaiting = 32;

    /// <summary>Behind everything else of the process, but not behind other programs' idle work.</summary>
    private const int LowPriority = 10;

    private readonly Action<PasswordTask, PasswordResult> _done;
    private readonly QueueThread<PasswordTask>[] _threads;
    private readonly bool[] _isStarted;
    private readonly Lazy<PasswordHash> _nobodys = new(() => PasswordHash.Of(RandomNumberGenerator.GetBytes(16)));
    private int _next;

    /// <param name="done">Given each result, on a thread of the hasher's.</param>
    public PasswordHasher(Action<PasswordTask, PasswordResult> done)
    {
        _done = done;
        var count = Math.Min(MaxThreads, Environment.ProcessorCount);
        _threads = [.. Enumerable.Range(1, count).Select(number => new QueueThread<PasswordTask>($"password {number}", Work, MaxWaiting / count))];
        _isStarted = new bool[count];
    }

    public bool TryBegin(PasswordTask task)
    {
        for (var i = 0; i < _threads.Length; i++)
        {
            var at = _next++ % _threads.Length;
            if (!_threads[at].TryAdd(task))
                continue;
            if (!_isStarted[at])
                _threads[at].Start();
            _isStarted[at] = true;
            return true;
        }
        return false;
    }

    public byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretCode.Size);

    public async ValueTask DisposeAsync()
    {
        foreach (var thread in _threads)
            await thread.DisposeAsync().ConfigureAwait(false);
    }

    private void Work(PasswordTask task)
    {
        // Where it is not allowed, passwords only take more of what others want.
        _ = LibC.SetPriority(LibC.OfThread, 0, LowPriority);
        _done(task, task switch
        {
            PasswordTask.Make make => new PasswordResult(true, PasswordHash.Of(make.Password.Span).ToBytes()),
            PasswordTask.Check check => Check(check),
            _ => throw new InvalidOperationException($"No password is dealt with by {task.GetType().Name}."),
        });
    }

    /// <summary>A name that nobody has costs what a wrong password does (CP-ACC-007).</summary>
    private PasswordResult Check(PasswordTask.Check check)
    {
        if (check.Hash is not { } stored || PasswordHash.TryRead(stored.Span) is not { } hash)
        {
            _nobodys.Value.IsOf(check.Password.Span);
            return new PasswordResult(false, null);
        }
        if (!hash.IsOf(check.Password.Span))
            return new PasswordResult(false, null);
        // A conditional with null on one side would be a null array, and so an empty hash, which would be stored.
        return hash.IsOfToday ? new PasswordResult(true, null) : new PasswordResult(true, PasswordHash.Of(check.Password.Span).ToBytes());
    }
}

/// <summary>A password's hash with its salt and the parameters that it was made by, which are in it.</summary>
internal sealed record PasswordHash(int Memory, int Passes, byte[] Salt, byte[] Hash)
{
    private const int SaltSize = 16;
    private const int HashSize = 32;

    // OWASP's least for Argon2id: 19 MiB, two passes, one lane.
    private const int MemoryOfToday = 19_456;
    private const int PassesOfToday = 2;

    // No stored hash may ask for more than this, however it came to be there.
    private const int MaxMemory = 1 << 20;
    private const int MaxPasses = 16;

    public bool IsOfToday => (Memory, Passes) == (MemoryOfToday, PassesOfToday);

    public static PasswordHash Of(ReadOnlySpan<byte> password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PasswordHash(MemoryOfToday, PassesOfToday, salt, Derive(password, salt, MemoryOfToday, PassesOfToday));
    }

    /// <summary>Reads a hash in the form <c>$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH</c>; null if it is none.</summary>
    public static PasswordHash? TryRead(ReadOnlySpan<byte> stored)
    {
        var parts = Encoding.ASCII.GetString(stored).Split('$');
        if (parts is not ["", "argon2id", "v=19", var costs, var salt, var hash] || costs.Split(',') is not [['m', '=', .. var m], ['t', '=', .. var t], "p=1"]
            || !int.TryParse(m, out var memory) || !int.TryParse(t, out var passes) || memory is < 8 or > MaxMemory || passes is < 1 or > MaxPasses)
            return null;
        try
        {
            return new PasswordHash(memory, passes, FromBase64(salt), FromBase64(hash)) is { Salt.Length: SaltSize, Hash.Length: HashSize } read ? read : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"$argon2id$v=19$m={Memory},t={Passes},p=1${ToBase64(Salt)}${ToBase64(Hash)}");

    public bool IsOf(ReadOnlySpan<byte> password) => CryptographicOperations.FixedTimeEquals(Derive(password, Salt, Memory, Passes), Hash);

    private static byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int memory, int passes) =>
        PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes })
            .DeriveBytes(password, salt, HashSize);

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
