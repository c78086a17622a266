using System.Security.Cryptography;
using System.Text;

namespace ChatProtocol.Client;

/// <summary>
/// The 32 random bytes that identify a guest across runs, kept in a file of the user's. Anybody who reads them can log in as
/// that guest. The library prints nothing: show <see cref="Warning"/> to the user.
/// </summary>
public sealed class GuestSecret
{
    private const int Size = ChatClientOptions.SecretSize;
    private const int LockTries = 200;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private GuestSecret(byte[] bytes, string path, bool persistent, string? warning) =>
        (Bytes, Path, Persistent, Warning) = (bytes, path, persistent, warning);

    /// <summary>The secret, for <see cref="ChatClientOptions.Secret"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The file that holds it, or was to hold it.</summary>
    public string Path { get; }

    /// <summary>False if the secret could not be stored, and is good for this run only.</summary>
    public bool Persistent { get; }

    /// <summary>A warning for the user: the secret could not be stored, or others can read it. Null if neither is the case.</summary>
    public string? Warning { get; }

    /// <summary>The default file: <c>$XDG_CONFIG_HOME/chat/secret</c>, or <c>~/.config/chat/secret</c>.</summary>
    /// <exception cref="InvalidOperationException">
    /// There is no home folder, and so no place for the file; the message says what to set.
    /// </exception>
    public static string DefaultPath()
    {
        var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        // The XDG specification says that relative paths are ignored.
        return System.IO.Path.Combine(System.IO.Path.IsPathRooted(config) ? config : System.IO.Path.Combine(Home(), ".config"), "chat", "secret");
    }

    /// <summary>
    /// Reads the secret, or makes one if there is none; several first runs at once all get the same. A missing folder is
    /// made with mode 0700, the file with 0600. If the secret cannot be stored, it is for this run only.
    /// </summary>
    /// <param name="path">The file; <see cref="DefaultPath"/> if null.</param>
    /// <param name="cancellationToken">Ends the waiting for another first run.</param>
    /// <exception cref="InvalidOperationException">No path was given, and there is no home folder.</exception>
    /// <exception cref="InvalidDataException">The file is not a secret of 32 bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">The file exists, but may not be read.</exception>
    public static async Task<GuestSecret> LoadOrCreateAsync(string? path = null, CancellationToken cancellationToken = default)
    {
        path = System.IO.Path.GetFullPath(path ?? DefaultPath());
        if (File.Exists(path) && new FileInfo(path).Length > 0)
            return await LoadAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            CreateFolder(System.IO.Path.GetDirectoryName(path)!);
            using var file = await OpenAloneAsync(path, cancellationToken).ConfigureAwait(false);
            if (file.Length == 0)
                Fill(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new GuestSecret(
                RandomNumberGenerator.GetBytes(Size), path, persistent: false,
                $"The guest secret cannot be kept in {path} ({FailureReason.Of(e)}); the name is yours for this run only.");
        }
        return await LoadAsync(path, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A publisher id for <see cref="ChatClientOptions.Publisher"/> that is the same whenever the key is, and that nobody
    /// without the secret can compute. Posts sent under it twice, in the same order, are stored once.
    /// </summary>
    /// <param name="key">The caller's name for the work: an order's number, a file's name and date.</param>
    public ReadOnlyMemory<byte> DerivePublisher(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return HMACSHA256.HashData(Bytes.Span, Encoding.UTF8.GetBytes("publisher:" + key)).AsMemory(0, ChatClientOptions.PublisherSize);
    }

    private static async Task<GuestSecret> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = new byte[Size + 1];
        var how = new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read };
        using var file = await OpenAsync(path, how, cancellationToken).ConfigureAwait(false);
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read != Size)
            throw new InvalidDataException($"{path} is not a guest secret: it should have {Size} bytes and has {file.Length}. Move it away to get a new one; the names held with it stay its own.");
        return new GuestSecret(bytes[..Size], path, persistent: true, Exposed(path));
    }

    /// <summary>
    /// The user's home folder. Never the current folder: a secret there would be another one in each folder, or somebody
    /// else's.
    /// </summary>
    private static string Home()
    {
        var home = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) : Environment.GetEnvironmentVariable("HOME");
        return System.IO.Path.IsPathRooted(home) && Directory.Exists(home) ? home : throw new InvalidOperationException(
            $"there is no home folder to keep the guest secret in ({(string.IsNullOrEmpty(home) ? "HOME is not set" : $"HOME is {home}")}): set HOME, or XDG_CONFIG_HOME, to a folder of yours, by a path that begins with /");
    }

    private static string? Exposed(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0
            ? $"Others can read or change the guest secret in {path}, and be you. Run: chmod 600 '{path}'"
            : null;

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>
    /// Opens the file under an exclusive lock, so that one of several first runs fills it and the others find it filled. A
    /// run that was killed between the two leaves the file empty, and the next run fills it: exclusive creation alone could not do that.
    /// </summary>
    private static Task<FileStream> OpenAloneAsync(string path, CancellationToken cancellationToken)
    {
        var how = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return OpenAsync(path, how, cancellationToken);
    }

    /// <summary>Waits a while for another run to release the file.</summary>
    private static async Task<FileStream> OpenAsync(string path, FileStreamOptions how, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(path, how);
            }
            catch (IOException) when (tries < LockTries && File.Exists(path))
            {
                await Task.Delay(10, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static void Fill(FileStream file)
    {
        file.Write(RandomNumberGenerator.GetBytes(Size));
        file.Flush(flushToDisk: true);
    }
}
