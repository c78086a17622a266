using System.Text;
using Microsoft.Data.Sqlite;

namespace ChatProtocol.Server;

/// <summary>The values of a row. Nothing in one that was damaged need be of its column's type.</summary>
internal static class RowValues
{
    /// <summary>0 in the place of what is no number.</summary>
    public static long Number(this SqliteDataReader row, int column) => row.IsDBNull(column) ? 0 : row.GetInt64(column);

    public static byte[] Blob(this SqliteDataReader row, int column) => row.GetValue(column) as byte[] ?? [];

    public static string Text(this SqliteDataReader row, int column) => row.GetValue(column) as string ?? "";

    /// <summary>A name that was damaged may be longer than any; told as it is, it would be no frame for anybody.</summary>
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
