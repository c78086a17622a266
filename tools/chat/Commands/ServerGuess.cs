using System.CommandLine.Parsing;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Says what a server's address should have been, where only the scheme is missing.</summary>
internal static class ServerGuess
{
    private const string Scheme = "chat://";

    public static void Validate(OptionResult server)
    {
        var given = server.GetValueOrDefault<string>();
        if (!ChatAddress.TryParse(given, out _, out var complaint) && ChatAddress.TryParse(Scheme + given, out _, out _))
            server.AddError($"{complaint}. Did you mean '{Scheme}{given}'?");
    }
}
