using System.Text;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The values of a row. A damaged value need not be of its column's type.</summary>
internal static class DataReaderExtensions
{
    /// <summary>The number in a column; 0 in the place of null.</summary>
    public static long Number(this SqliteDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt64(column);

    public static byte[] Blob(this SqliteDataReader row, int column) => row.GetValue(column) as byte[] ?? [];

    public static string Text(this SqliteDataReader row, int column) => row.GetValue(column) as string ?? "";

    /// <summary>The name in a column. A damaged one may be longer than any name, and would not fit in a frame.</summary>
    public static string Name(this SqliteDataReader row, int column)
    {
        var name = row.Text(column);
        while (Encoding.UTF8.GetByteCount(name) > Names.MaxLength)
            name = name[..^1];
        return name;
    }

    /// <summary>Whether the checksum in a column is this one; rows from before there were checksums have none.</summary>
    public static bool HasChecksum(this SqliteDataReader row, int column, long checksum) => row.IsDBNull(column) || row.GetInt64(column) == checksum;
}
