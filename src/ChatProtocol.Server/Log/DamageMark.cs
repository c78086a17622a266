namespace ChatProtocol.Server;

/// <summary>
/// A note beside the database that damage was met while it was in use: the next start checks all of it, however long that
/// takes, before it serves any client.
/// </summary>
internal static class DamageMark
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static bool IsRaised(string database) => File.Exists(PathFor(database));

    /// <summary>Leaves the note. If it cannot be left, the next start checks as much as it has time for.</summary>
    public static void Raise(string database)
    {
        try
        {
            using var note = new FileStream(PathFor(database), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next thread that meets the damage leaves the note.
        }
    }

    /// <summary>Removes the note, once everything was checked.</summary>
    public static void Clear(string database) => File.Delete(PathFor(database));

    private static string PathFor(string database) => database + "-suspect";
}
