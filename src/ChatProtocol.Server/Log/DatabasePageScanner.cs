using System.Buffers.Binary;
using System.Text;
using ChatProtocol.Hub;
using Microsoft.Win32.SafeHandles;

namespace ChatProtocol.Server;

/// <summary>
/// The rows in the pages of a database file, found page by page without the trees that lead there, so that a damaged tree
/// costs no row that is whole. The format is that of SQLite 3. No length or offset in the file is trusted beyond the bounds of its
/// page or of the file.
/// </summary>
internal sealed class DatabasePageScanner : IDisposable
{
    private const int FileHeaderSize = 100;
    private const byte TableLeaf = 13;
    private const byte IndexLeaf = 10;
    private const byte IndexInterior = 2;

    /// <summary>The most bytes of a row: more than any segment has.</summary>
    private const int MaxRow = 16 * 1024 * 1024;

    private readonly SafeFileHandle _file;
    private readonly int _pageSize;
    private readonly int _usable;
    private readonly byte[] _page;
    private readonly byte[] _overflow;

    public DatabasePageScanner(string path)
    {
        _file = File.OpenHandle(path);
        Span<byte> header = stackalloc byte[FileHeaderSize];
        RandomAccess.Read(_file, header, 0);
        var size = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        _pageSize = size == 1 ? 65_536 : size;
        if (_pageSize < 512 || (_pageSize & (_pageSize - 1)) != 0)
            _pageSize = DatabaseSchema.PageSize;
        _usable = _pageSize - Math.Min((int)header[20], 32);
        _page = new byte[_pageSize];
        _overflow = new byte[_pageSize];
        Count = RandomAccess.GetLength(_file) / _pageSize;
    }

    /// <summary>The number of pages.</summary>
    public long Count { get; }

    /// <summary>Every stored segment that is whole, in no order.</summary>
    public IEnumerable<StoredSegment> Segments()
    {
        for (var page = 1L; page <= Count; page++)
            foreach (var cell in CellsOf(page, TableLeaf))
                if (ToSegment(cell) is { } segment)
                    yield return segment;
    }

    /// <summary>The places of rows according to the index of segments, in no order. Some may be wrong.</summary>
    public IEnumerable<SegmentKey> SegmentKeys()
    {
        for (var page = 1L; page <= Count; page++)
            foreach (var cell in CellsOf(page, IndexLeaf).Concat(CellsOf(page, IndexInterior)))
                if (RecordOf(cell.Payload) is [long room and > 0, long first and > 0, long id and > 0])
                    yield return new SegmentKey(id, (ulong)room, (ulong)first);
    }

    public void Dispose() => _file.Dispose();

    private static StoredSegment? ToSegment(Cell cell)
    {
        // Rows from before there were publishers lack a column, and those from before all entries were said lack another.
        if (RecordOf(cell.Payload) is not [null, long room, long first, long count, long time, long format, long checksum, byte[] bytes, ..] values || values.Count > 10)
            return null;
        var posts = values.Count > 8 ? values[8] as byte[] : null;
        var said = values.Count > 9 ? values[9] as long? : null;
        var row = new SegmentRow(cell.Id, (ulong)room, (ulong)first, count, (uint)checksum, bytes, posts ?? [], said);
        return row.Whole() is { } segment ? new StoredSegment(row, segment, time, format) : null;
    }

    /// <summary>The cells of a page if it is of that type; each as far as it can be parsed.</summary>
    private List<Cell> CellsOf(long page, byte type)
    {
        var cells = new List<Cell>();
        var at = page == 1 ? FileHeaderSize : 0;
        if (!TryRead(page, _page) || _page[at] != type)
            return cells;
        var first = at + (type == IndexInterior ? 12 : 8);
        var most = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(at + 3)), (_usable - first) / 2);
        for (var i = 0; i < most; i++)
            if (CellAt(BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(first + 2 * i)), type) is { } cell)
                cells.Add(cell);
        return cells;
    }

    private Cell? CellAt(int at, byte type)
    {
        ReadOnlySpan<byte> rest = _page.AsSpan(0, _usable);
        if (at >= rest.Length)
            return null;
        rest = rest[at..];
        if (type == IndexInterior)
            rest = rest.Length < 4 ? [] : rest[4..];
        var id = 0L;
        if (!TryVarint(ref rest, out var length) || type == TableLeaf && !TryVarint(ref rest, out id) || length is < 1 or > MaxRow)
            return null;
        var local = LocalLength((int)length, type);
        if (local > rest.Length)
            return null;
        var payload = new byte[length];
        rest[..local].CopyTo(payload);
        if (local == length)
            return new Cell(id, payload);
        rest = rest[local..];
        return rest.Length >= 4 && TryFollow(BinaryPrimitives.ReadUInt32BigEndian(rest), payload.AsSpan(local)) ? new Cell(id, payload) : null;
    }

    /// <summary>How many bytes of a payload lie in its cell.</summary>
    private int LocalLength(int length, byte type)
    {
        var most = type == TableLeaf ? _usable - 35 : (_usable - 12) * 64 / 255 - 23;
        if (length <= most)
            return length;
        var least = (_usable - 12) * 32 / 255 - 23;
        var fitting = least + (length - least) % (_usable - 4);
        return fitting <= most ? fitting : least;
    }

    private bool TryFollow(uint page, Span<byte> payload)
    {
        while (payload.Length > 0)
        {
            if (page == 0 || !TryRead(page, _overflow))
                return false;
            var part = Math.Min(payload.Length, _usable - 4);
            _overflow.AsSpan(4, part).CopyTo(payload);
            payload = payload[part..];
            page = BinaryPrimitives.ReadUInt32BigEndian(_overflow);
        }
        return true;
    }

    /// <summary>The values of a record; null if the bytes are none. Numbers are longs.</summary>
    private static List<object?>? RecordOf(ReadOnlySpan<byte> payload)
    {
        var header = payload;
        if (!TryVarint(ref header, out var headerLength) || headerLength < payload.Length - header.Length || headerLength > payload.Length)
            return null;
        header = payload[(payload.Length - header.Length)..(int)headerLength];
        var body = payload[(int)headerLength..];
        var values = new List<object?>();
        while (header.Length > 0)
        {
            if (!TryVarint(ref header, out var type) || LengthOf(type) is var length && (length < 0 || length > body.Length))
                return null;
            values.Add(ValueOf(type, body[..(int)length]));
            body = body[(int)length..];
        }
        return values;
    }

    private static long LengthOf(long type) => type switch
    {
        0 or 8 or 9 => 0,
        >= 1 and <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        >= 12 => (type - 12) / 2,
        _ => -1,
    };

    private static object? ValueOf(long type, ReadOnlySpan<byte> bytes) => type switch
    {
        0 or 7 => null,
        8 => 0L,
        9 => 1L,
        < 7 => NumberOf(bytes),
        _ when type % 2 == 0 => bytes.ToArray(),
        _ => Encoding.UTF8.GetString(bytes),
    };

    private static long NumberOf(ReadOnlySpan<byte> bytes)
    {
        var number = (long)(sbyte)bytes[0];
        foreach (var b in bytes[1..])
            number = number << 8 | b;
        return number;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        for (var i = 0; i < 9 && i < bytes.Length; i++)
        {
            value = i == 8 ? value << 8 | bytes[i] : value << 7 | (bytes[i] & 0x7FL);
            if (i < 8 && bytes[i] >= 0x80)
                continue;
            bytes = bytes[(i + 1)..];
            return true;
        }
        return false;
    }

    private bool TryRead(long page, byte[] into) =>
        page >= 1 && page <= Count && RandomAccess.Read(_file, into, (page - 1) * _pageSize) == _pageSize;

    private readonly record struct Cell(long Id, byte[] Payload);
}

/// <summary>A segment that was found whole, with the other columns of its row.</summary>
internal sealed record StoredSegment(SegmentRow Row, Segment Segment, long Time, long Format);

/// <summary>The place of a segment's row, according to the index.</summary>
internal readonly record struct SegmentKey(long Id, ulong Room, ulong First);
