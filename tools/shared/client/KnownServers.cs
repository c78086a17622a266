using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A server's key as it was first seen.</summary>
/// <param name="Pin">The key.</param>
/// <param name="Since">The day.</param>
internal sealed record KnownServer(CertificatePin Pin, string Since);

/// <summary>
/// The keys of TLS servers that no authority vouches for, one line each: <c>host:port SHA256:… day</c>, as ssh keeps its known hosts.
/// </summary>
internal sealed class KnownServers(string path)
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The file beside the guest's secret.</summary>
    public static KnownServers Default => new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(GuestSecret.DefaultPath())!, "known_servers"));

    public string Path => path;

    /// <summary>The key that a server had when it was first seen; null if it was not.</summary>
    /// <exception cref="CommandException">The file cannot be read, or the server's line is garbled.</exception>
    public KnownServer? Find(ChatAddress server)
    {
        var number = 0;
        foreach (var line in ReadLines())
        {
            number++;
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !words[0].Equals(KeyOf(server), StringComparison.OrdinalIgnoreCase))
                continue;
            // A line that is passed over would let any key in.
            return words.Length >= 2 && CertificatePin.TryParse(words[1], out var pin)
                ? new KnownServer(pin, words.Length > 2 ? words[2] : "some day")
                : throw new CommandException(ExitCode.Failed, $"line {number} of {path} is garbled: it has to be {KeyOf(server)} SHA256:… and a day. Mend it, or remove it to be asked again");
        }
        return null;
    }

    /// <summary>Remembers a server's key.</summary>
    /// <exception cref="CommandException">The file cannot be written.</exception>
    public void Add(ChatAddress server, CertificatePin pin, DateTimeOffset today)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, OwnersFolder);
            var line = string.Create(CultureInfo.InvariantCulture, $"{KeyOf(server)} {pin} {today:yyyy-MM-dd}\n");
            // A line that an editor has left without its end is not made longer.
            File.AppendAllText(path, File.Exists(path) && new FileInfo(path).Length > 0 && !File.ReadAllText(path).EndsWith('\n') ? "\n" + line : line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"the server's key cannot be remembered in {path}: {FailureReason.Of(e)}. Name it with --pin {pin} each time, or make the file writable");
        }
    }

    private static string KeyOf(ChatAddress server) => server.ToString()["chats://".Length..];

    private string[] ReadLines()
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Failed, $"the known servers in {path} cannot be read: {FailureReason.Of(e)}");
        }
    }
}
