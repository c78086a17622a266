using System.CommandLine;

namespace ChatProtocol.Tools;

/// <summary>The options that say which TLS server is the one that is meant.</summary>
internal sealed class TrustOptions
{
    public TrustOptions() => Pin.Validators.Add(pin =>
    {
        if (!CertificatePin.TryParse(pin.GetValueOrDefault<string?>(), out _))
            pin.AddError($"{Pin.Name} takes SHA256: and 43 characters of base64, as chatd and chatctl status show it");
    });

    public Option<string?> Pin { get; } = new("--pin")
    {
        Description = "The key that a chats:// server has to have, as its operator says it",
        HelpName = "SHA256:…",
        Recursive = true,
    };

    public Option<bool> AcceptNew { get; } = new("--accept-new")
    {
        Description = "Remember the key of a chats:// server that is not known yet, and connect",
        Recursive = true,
    };

    /// <summary>Whether one of them is given.</summary>
    public bool AreGiven(ParseResult parsed) => parsed.GetValue(Pin) is not null || parsed.GetValue(AcceptNew);

    /// <summary>The check that decides by them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isJson">Whether the output is for programs.</param>
    /// <param name="keptPin">The key where none is given; null for none.</param>
    public ServerTrust ToTrust(ParseResult parsed, bool isJson, string? keptPin = null) =>
        new(parsed.GetValue(Pin) ?? keptPin, parsed.GetValue(AcceptNew), parsed.InvocationConfiguration.Error, isJson);
}
