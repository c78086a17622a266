using System.Globalization;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A login that is kept: a token of an account, never its password.</summary>
/// <param name="Token">The token.</param>
/// <param name="Number">Its number, by which it is revoked; null if it is not known.</param>
/// <param name="Name">The account's name.</param>
/// <param name="Server">The server that it is for.</param>
internal sealed record KeptLogin(string Token, ulong? Number, string Name, ChatAddress Server)
{
    /// <summary>The account and the server; the token is left out.</summary>
    public override string ToString() => $"{Name} at {Server}";
}

/// <summary>
/// The logins that are kept, one line each: <c>token number name address</c>, in a file that is its user's alone. A login is given to the
/// very address that it was made for, and to no other.
/// </summary>
internal sealed class Credentials(string path)
{
    private const string NoNumber = "-";

    private readonly PrivateFile _file = new(path, "tokens");

    /// <summary>The file beside the guest's secret.</summary>
    /// <exception cref="CommandException">There is no home folder.</exception>
    public static Credentials Default
    {
        get
        {
            try
            {
                return new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(GuestSecret.DefaultPath())!, "credentials"));
            }
            catch (InvalidOperationException e)
            {
                throw new CommandException(ExitCode.Usage, e.Message);
            }
        }
    }

    public string Path => path;

    /// <inheritdoc cref="PrivateFile.Exposure"/>
    public string? Exposure => _file.Exposure;

    /// <summary>The login kept for a server; null if there is none.</summary>
    /// <exception cref="CommandException">The file cannot be read, or a line is garbled.</exception>
    public KeptLogin? Find(ChatAddress server) => ReadLogins().Find(login => login.Server == server);

    /// <summary>Keeps a login in the place of an earlier one for the same server.</summary>
    /// <exception cref="CommandException">The file cannot be read or written.</exception>
    public void Keep(KeptLogin login) => Write(ReadLogins().Where(other => other.Server != login.Server).Append(login));

    /// <summary>Forgets the login for a server.</summary>
    /// <exception cref="CommandException">The file cannot be read or written.</exception>
    public void Forget(ChatAddress server) => Write(ReadLogins().Where(other => other.Server != server));

    private static string ToLine(KeptLogin login) => string.Create(
        CultureInfo.InvariantCulture, $"{login.Token} {login.Number?.ToString(CultureInfo.InvariantCulture) ?? NoNumber} {login.Name} {login.Server}");

    private static KeptLogin? ToLogin(string line) => line.Split(' ', 4) is [var token, var number, var name, var address]
        && ChatAddress.TryParse(address, out var server, out _) && (number == NoNumber || Numbers.Parse(number) is not null)
            ? new KeptLogin(token, Numbers.Parse(number), name, server)
            : null;

    private List<KeptLogin> ReadLogins()
    {
        var logins = new List<KeptLogin>();
        var number = 0;
        foreach (var line in _file.ReadLines())
        {
            number++;
            if (line.Length > 0)
                logins.Add(ToLogin(line) ?? throw new CommandException(
                    ExitCode.Failed, $"line {number} of {path} is garbled: it has to be a token, its number, a name and a server's address. Remove it, and log in again"));
        }
        return logins;
    }

    private void Write(IEnumerable<KeptLogin> logins) => _file.WriteLines(logins.Select(ToLine));
}
