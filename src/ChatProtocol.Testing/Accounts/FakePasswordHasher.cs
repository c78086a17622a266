using System.Security.Cryptography;
using ChatProtocol.Hub;

namespace ChatProtocol.Testing;

/// <summary>
/// A hasher without the work: a task is done when it is said so, and secrets come in an order. Its hashes are the passwords behind a word,
/// so that a test can tell what was stored.
/// </summary>
internal sealed class FakePasswordHasher : IPasswordHasher
{
    private static readonly byte[] Word = "hash:"u8.ToArray();
    private ulong _secrets;

    /// <summary>The most tasks that may wait.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>Tasks that wait.</summary>
    public Queue<PasswordTask> Tasks { get; } = new();

    /// <summary>Hashes with another word than this are of today's parameters; those with it are not.</summary>
    public static ReadOnlyMemory<byte> OldHashOf(ReadOnlySpan<byte> password) => (byte[])[.. "old-:"u8, .. password];

    public static ReadOnlyMemory<byte> HashOf(ReadOnlySpan<byte> password) => (byte[])[.. Word, .. password];

    public bool TryBegin(PasswordTask task)
    {
        if (Tasks.Count >= Capacity)
            return false;
        Tasks.Enqueue(task);
        return true;
    }

    public byte[] NewSecret() => SHA256.HashData(BitConverter.GetBytes(++_secrets));

    /// <summary>The result of a task.</summary>
    public static PasswordResult Do(PasswordTask task) => task switch
    {
        PasswordTask.Make => new PasswordResult(true, HashOf(task.Password.Span)),
        PasswordTask.Check { Hash: { } hash } when hash.Span.SequenceEqual(HashOf(task.Password.Span).Span) => new PasswordResult(true, null),
        PasswordTask.Check { Hash: { } hash } when hash.Span.SequenceEqual(OldHashOf(task.Password.Span).Span) => new PasswordResult(true, HashOf(task.Password.Span)),
        _ => new PasswordResult(false, null),
    };
}
