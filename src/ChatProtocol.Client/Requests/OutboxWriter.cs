using System.Buffers.Binary;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// Records of an outbox's file, one behind the other: the length of the body, its check, then the body, which begins with its kind.
/// Numbers are little-endian. <see cref="OutboxReader"/> reads them, and those of earlier versions.
/// </summary>
internal sealed class OutboxWriter
{
    // A buffer that one large burst made grow is not kept for ever.
    private const int KeepAtMost = 1024 * 1024;

    private byte[] _bytes = new byte[1024];
    private int _start;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear()
    {
        if (_bytes.Length > KeepAtMost)
            _bytes = new byte[1024];
        Length = 0;
    }

    public void AddPublisher(ReadOnlySpan<byte> publisher)
    {
        Begin(OutboxKind.Publisher);
        Write(publisher);
        End();
    }

    public void AddPost(UnsettledPost post, TagPosition position)
    {
        Begin(post.Details is null ? OutboxKind.Post : OutboxKind.DetailedPost);
        Write(post.Counter);
        Write(post.Address);
        Write(post.Peer);
        Write(post.Key);
        Write(post.Tag);
        Write(post.TagBefore);
        Write(post.TagIndex);
        Write(position);
        if (post.Details is { } details)
            Write(details);
        Write(post.Text.Utf8.Span);
        End();
    }

    public void AddSettled(string address, ulong counter)
    {
        Begin(OutboxKind.Settled);
        Write(counter);
        Write(address);
        End();
    }

    public void AddPosition(TagPosition position)
    {
        Begin(OutboxKind.Position);
        Write(position);
        End();
    }

    private void Begin(OutboxKind kind)
    {
        _start = Length;
        Take(OutboxReader.HeadSize + 1)[OutboxReader.HeadSize] = (byte)kind;
    }

    private void End()
    {
        var body = _bytes.AsSpan((_start + OutboxReader.HeadSize)..Length);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_start), body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_start + sizeof(int)), OutboxReader.Check(body));
    }

    private void Write(TagPosition position)
    {
        Write(position.Index);
        Write(position.Tag);
    }

    private void Write(MessageDetails details)
    {
        Write(details.Reply);
        Write(details.Thread);
        Take(1)[0] = details.Action ? (byte)1 : (byte)0;
    }

    private void Write(ulong? value)
    {
        Take(1)[0] = value is null ? (byte)0 : (byte)1;
        if (value is { } some)
            Write(some);
    }

    private void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <summary>The lengths of addresses and keys fit a byte each.</summary>
    private void Write(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Take(1)[0] = (byte)length;
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    private void Write(ReadOnlyMemory<byte>? key)
    {
        var bytes = key.GetValueOrDefault().Span;
        Take(1)[0] = (byte)bytes.Length;
        Write(bytes);
    }

    private void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    private Span<byte> Take(int size)
    {
        var needed = Length + size;
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(needed, 2 * _bytes.Length));
        var taken = _bytes.AsSpan(Length, size);
        Length = needed;
        return taken;
    }
}

/// <summary>The kinds of records. The first three are those of earlier versions, checked by a hash.</summary>
internal enum OutboxKind : byte
{
    PublisherBefore = 1,
    PostBefore = 2,
    SettledBefore = 3,
    Publisher = 4,
    Post = 5,
    Settled = 6,
    Position = 7,
    DetailedPost = 8,
}
