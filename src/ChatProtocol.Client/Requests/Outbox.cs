using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>A post that was not answered when an earlier run was killed.</summary>
/// <param name="Address">The room's address.</param>
/// <param name="Peer">The other principal of a private room: by the time the post is sent again another user may have the name.</param>
/// <param name="Counter">The counter that it was sent with.</param>
/// <param name="Text">The text.</param>
internal sealed record UnsettledPost(string Address, ulong? Peer, ulong Counter, Text Text);

/// <summary>
/// The posts of one publisher that are not answered yet, in a file: recorded before they are sent, so that a killed run
/// leaves the posts that may or may not be stored, with the counters that tell. A journal: records are appended, and the
/// post of a torn record was never sent. Not thread-safe; its file is locked as long as it is open.
/// </summary>
internal sealed class Outbox : IDisposable
{
    /// <summary>A journal smaller than this, in bytes, is not compacted.</summary>
    private const int WorthCompacting = 256 * 1024;

    private const int HeadSize = 8;

    private readonly string _path;
    private readonly Dictionary<(string Address, ulong Counter), (long Order, UnsettledPost Post)> _unsettled = [];
    private FileStream _file;
    private long _order;
    private long _sizeWhenCompact;

    private Outbox(string path, FileStream file) => (_path, _file) = (path, file);

    private enum Kind : byte
    {
        Publisher = 1,
        Post = 2,
        Settled = 3,
    }

    /// <summary>The publisher of the posts; empty in a new file.</summary>
    public ReadOnlyMemory<byte> Publisher { get; private set; }

    /// <summary>When the file was last written, before this run.</summary>
    public DateTimeOffset LastWritten { get; private init; }

    /// <summary>The posts that are not answered yet, in the order in which they were posted.</summary>
    public IReadOnlyList<UnsettledPost> Unsettled => [.. _unsettled.Values.OrderBy(one => one.Order).Select(one => one.Post)];

    /// <summary>Opens or creates the file, and locks it.</summary>
    /// <exception cref="IOException">The file cannot be opened, or another client has it open.</exception>
    public static Outbox Open(string path)
    {
        path = Path.GetFullPath(path);
        var file = OpenFile(path, FileMode.OpenOrCreate);
        try
        {
            var outbox = new Outbox(path, file) { LastWritten = File.GetLastWriteTimeUtc(path) };
            outbox.Read();
            return outbox;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Removes all posts: from here on the file is another publisher's.</summary>
    public void Begin(ReadOnlyMemory<byte> publisher)
    {
        Publisher = publisher;
        _unsettled.Clear();
        Compact();
    }

    /// <summary>Records a post that is about to be sent. Null, or why it cannot be recorded; then it must not be sent.</summary>
    public string? Add(RoomIdentity room, ulong counter, Text text)
    {
        try
        {
            var post = new UnsettledPost(room.Address, room.Peer, counter, text);
            Write(_file, Kind.Post, writer => WritePost(writer, post));
            _unsettled[(post.Address, counter)] = (_order++, post);
            return null;
        }
        catch (IOException e)
        {
            return $"the outbox {_path} cannot be written: {FailureReason.Of(e)}";
        }
    }

    /// <summary>Records that the outcome of a post is known.</summary>
    public void Settle(RoomIdentity room, ulong counter)
    {
        if (!_unsettled.Remove((room.Address, counter)))
            return;
        try
        {
            Write(_file, Kind.Settled, writer =>
            {
                writer.Write(room.Address);
                writer.Write(counter);
            });
            if (_file.Length > Math.Max(WorthCompacting, 2 * _sizeWhenCompact))
                Compact();
        }
        catch (IOException)
        {
            // Without the record the post would only be sent once more, without effect.
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream OpenFile(string path, FileMode mode)
    {
        var how = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, how);
    }

    /// <summary>
    /// Writes the file anew with the unanswered posts. If that is interrupted, either the old file or the new one is there.
    /// </summary>
    private void Compact()
    {
        var path = _path + ".new";
        var file = OpenFile(path, FileMode.Create);
        try
        {
            Write(file, Kind.Publisher, writer => writer.Write(Publisher.Span));
            foreach (var post in Unsettled)
                Write(file, Kind.Post, writer => WritePost(writer, post));
            File.Move(path, _path, overwrite: true);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        _file.Dispose();
        _file = file;
        _sizeWhenCompact = file.Length;
    }

    private static void Write(FileStream file, Kind kind, Action<BinaryWriter> writeFields)
    {
        using var record = new MemoryStream();
        using var writer = new BinaryWriter(record, Encoding.UTF8);
        record.SetLength(record.Position = HeadSize);
        writer.Write((byte)kind);
        writeFields(writer);
        var bytes = record.GetBuffer().AsSpan(0, (int)record.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - HeadSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Check(bytes[HeadSize..]));
        file.Write(bytes);
    }

    private static void WritePost(BinaryWriter writer, UnsettledPost post)
    {
        writer.Write(post.Address);
        writer.Write(post.Peer ?? 0);
        writer.Write(post.Counter);
        writer.Write(post.Text.Length);
        writer.Write(post.Text.Utf8.Span);
    }

    private void Read()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var at = 0;
        while (TryRecord(bytes.AsSpan(at)) is var length and > 0)
        {
            Replay(new BinaryReader(new MemoryStream(bytes, at + HeadSize, length), Encoding.UTF8));
            at += HeadSize + length;
        }
        // A torn record is overwritten.
        _file.SetLength(at);
        _file.Position = at;
    }

    /// <summary>The length of the record at the start of the bytes; 0 if there is no whole one.</summary>
    private static int TryRecord(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= HeadSize)
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return length > 0 && length <= bytes.Length - HeadSize && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Check(bytes.Slice(HeadSize, length))
            ? length : 0;
    }

    private void Replay(BinaryReader record)
    {
        switch ((Kind)record.ReadByte())
        {
            case Kind.Publisher:
                Publisher = record.ReadBytes(ChatClientOptions.PublisherSize);
                break;
            case Kind.Post:
                var address = record.ReadString();
                var peer = record.ReadUInt64();
                var counter = record.ReadUInt64();
                var text = Text.TryFromUtf8(record.ReadBytes(record.ReadInt32()), out var said) ? said : default;
                _unsettled[(address, counter)] = (_order++, new UnsettledPost(address, peer == 0 ? null : peer, counter, text));
                break;
            case Kind.Settled:
                _unsettled.Remove((record.ReadString(), record.ReadUInt64()));
                break;
        }
    }

    private static uint Check(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash);
    }
}
