using System.CommandLine.Parsing;
using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>Suggests the right address of a server if only the scheme is missing.</summary>
internal static class ServerAddressHint
{
    private const string Scheme = "chat://";

    public static void Validate(OptionResult server)
    {
        var given = server.GetValueOrDefault<string>();
        if (!ChatAddress.TryParse(given, out _, out var fault) && ChatAddress.TryParse(Scheme + given, out _, out _))
            server.AddError($"{fault}. Did you mean '{Scheme}{given}'?");
    }
}
