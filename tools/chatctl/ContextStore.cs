using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>A server that is administered under a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Server">The server.</param>
/// <param name="Pin">The key that it has to have; null to go by the known servers.</param>
/// <param name="IsCurrent">Whether it is the one where no other is named.</param>
internal sealed record ServerContext(string Name, ChatAddress Server, string? Pin, bool IsCurrent);

/// <summary>
/// The contexts of this user, one line each: <c>name address pin current</c>, with - for no pin, and * or -. The tokens are in a file apart,
/// <c>name token</c>, so that the first may be shown to others.
/// </summary>
internal sealed class ContextStore
{
    private const string None = "-";
    private const string Current = "*";

    private readonly PrivateFile _contexts = new(Path.Combine(Folder, "contexts"), "contexts");
    private readonly PrivateFile _tokens = new(Path.Combine(Folder, "tokens"), "tokens");

    /// <summary>The warning for tokens that others can read; null for none.</summary>
    public string? Exposure => _tokens.Exposure;

    /// <summary>Whether there is a place for contexts at all.</summary>
    public static bool HasFolder
    {
        get
        {
            try
            {
                return Folder.Length > 0;
            }
            catch (CommandException)
            {
                return false;
            }
        }
    }

    private static string Folder
    {
        get
        {
            try
            {
                return Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(GuestSecret.DefaultPath()))!, "chatctl");
            }
            catch (InvalidOperationException e)
            {
                throw new CommandException(ExitCode.Usage, e.Message);
            }
        }
    }

    /// <exception cref="CommandException">They cannot be read, or a line is garbled.</exception>
    public List<ServerContext> Read() => [.. _contexts.ReadLines().Select((line, i) => ToContext(line) ?? throw new CommandException(
        ExitCode.Failed, $"line {i + 1} of {_contexts.Path} is garbled: it has to be a name, a server's address, its pin or -, and * or -. Remove it, and add the context again"))];

    /// <exception cref="CommandException">There is none of that name; exit code 3.</exception>
    public ServerContext Find(string name) => Read().Find(context => context.Name == name)
        ?? throw new CommandException(ExitCode.NotFound, $"there is no context {name}: 'chatctl context list' has those that there are");

    /// <exception cref="CommandException">It is not there; exit code 3.</exception>
    public string TokenOf(ServerContext context) =>
        _tokens.ReadLines().Select(line => line.Split(' ', 2)).FirstOrDefault(words => words is [var name, _] && name == context.Name)?[1]
        ?? throw new CommandException(ExitCode.NotFound, $"the token of the context {context.Name} is not in {_tokens.Path}: remove the context, and add it again");

    /// <exception cref="CommandException">There is one of that name already; exit code 5.</exception>
    public void Add(ServerContext added, string token)
    {
        var contexts = Read();
        if (contexts.Exists(context => context.Name == added.Name))
            throw new CommandException(ExitCode.Conflict, $"there is a context {added.Name} already: choose another name, or remove that one");
        // The token first: a context without its token would be of no use.
        _tokens.WriteLines(TokensBut(added.Name).Append($"{added.Name} {token}"));
        Write(contexts.Append(added));
    }

    /// <exception cref="CommandException">There is none of that name; exit code 3.</exception>
    public void Use(string name) => Write(Read().Select(context => context with { IsCurrent = context.Name == Find(name).Name }));

    public void Remove(string name)
    {
        Write(Read().Where(context => context.Name != name));
        _tokens.WriteLines(TokensBut(name));
    }

    private IEnumerable<string> TokensBut(string name) => _tokens.ReadLines().Where(line => line.Split(' ')[0] != name);

    private void Write(IEnumerable<ServerContext> contexts) =>
        _contexts.WriteLines([.. contexts.Select(context => $"{context.Name} {context.Server} {context.Pin ?? None} {(context.IsCurrent ? Current : None)}")]);

    private static ServerContext? ToContext(string line) =>
        line.Split(' ') is [var name, var address, var pin, (Current or None) and var mark] && ChatAddress.TryParse(address, out var server, out _)
        && (pin == None || CertificatePin.TryParse(pin, out _))
            ? new ServerContext(name, server, pin == None ? null : pin, mark == Current)
            : null;
}
