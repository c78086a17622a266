using ChatProtocol.Client;

namespace ChatProtocol.Hosting;

/// <summary>A key of a client's section.</summary>
/// <param name="Key">The key; case does not matter.</param>
/// <param name="Apply">Sets it. It throws a <see cref="FormatException"/> or an <see cref="ArgumentException"/> that says what was expected, without the value of a secret.</param>
/// <param name="Warn">Tells what is risky about a value that can be used; null for nothing.</param>
internal sealed record ClientSetting(string Key, Func<ChatClientOptions, string, ChatClientOptions> Apply, Func<string, string?>? Warn = null)
{
    public const string Name = "Name";
    public const string Token = "Token";
    public const string Password = "Password";
    public const string SecretFile = "SecretFile";

    // The server ignores it, and tells the account's.
    private const string NameOfToken = "token";

    public static IReadOnlyList<ClientSetting> All { get; } =
    [
        new("Address", (options, value) => options with { Address = ChatAddress.Parse(value) }),
        new(Name, (options, value) => options with { Name = SettingValues.Name(value) }),
        new(Token, (options, value) => options with { Credential = CredentialKind.Token, Secret = SettingValues.Token(value), Name = options.Name.Length > 0 ? options.Name : NameOfToken }),
        new(Password, (options, value) => options with { Credential = CredentialKind.Password, Secret = Secrets.OfPassword(value) }),
        new(SecretFile, (options, value) => options with { Credential = CredentialKind.GuestKey, Secret = SettingValues.GuestSecret(value).Bytes },
            value => SettingValues.GuestSecret(value).Warning),
        new("Pin", (options, value) => options with { Pin = SettingValues.Pin(value) }),
        new("Outbox", (options, value) => options with { Outbox = value }),
        new("OutboxSync", (options, value) => options with { OutboxSync = SettingValues.Switch(value) }),
        new("Inbox", (options, value) => options with { Inbox = SettingValues.Switch(value) }),
        new("StopAtRefusal", (options, value) => options with { StopAtRefusal = SettingValues.Switch(value) }),
        new("Agent", (options, value) => options with { Agent = value }),
        new("ConnectTimeout", (options, value) => options with { ConnectTimeout = SettingValues.Time(value) }),
        new("ConnectFor", (options, value) => options with { ConnectFor = SettingValues.TimeOrInfinite(value) }),
        new("ReconnectFor", (options, value) => options with { ReconnectFor = SettingValues.TimeOrInfinite(value) }),
        new("RequestTimeout", (options, value) => options with { RequestTimeout = SettingValues.Time(value) }),
        new("RoomWindow", (options, value) => options with { RoomWindow = SettingValues.Bytes(value) }),
        new("KeepAliveInterval", (options, value) => options with { KeepAliveInterval = SettingValues.Time(value) }),
        new("KeepAliveTimeout", (options, value) => options with { KeepAliveTimeout = SettingValues.Time(value) }),
    ];

    /// <summary>The keys of which one says who the client is.</summary>
    public static IReadOnlyList<string> Credentials { get; } = [Token, Password, SecretFile];
}
