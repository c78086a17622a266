namespace ChatProtocol.Tests;

/// <summary>A folder of a test's own, short enough for a socket's path, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("chat-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Fails if something in it cannot be removed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
