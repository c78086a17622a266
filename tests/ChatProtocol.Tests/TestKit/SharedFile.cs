namespace ChatProtocol.Tests;

/// <summary>Files that a server has open, and may make longer or shorter while they are read.</summary>
internal static class SharedFile
{
    public static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
