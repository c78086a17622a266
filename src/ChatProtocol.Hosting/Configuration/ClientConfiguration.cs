using ChatProtocol.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ChatProtocol.Hosting;

/// <summary>Makes a client's options of its section, and tells everything that is wrong there at once.</summary>
internal sealed class ClientConfiguration(IConfiguration section, string path)
{
    private readonly List<string> _failures = [];
    private readonly List<string> _warnings = [];

    /// <summary>The risks in the values that were read.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The options, as far as the section has them.</summary>
    /// <exception cref="OptionsValidationException">The section has a key that is unknown, or a value that cannot be.</exception>
    public ChatClientOptions Read()
    {
        // A server that starts later is waited for.
        var options = new ChatClientOptions { Name = "", ConnectFor = Timeout.InfiniteTimeSpan };
        foreach (var child in section.GetChildren())
            options = Apply(options, child);
        var credentials = ClientSetting.Credentials.Where(key => section[key] is { Length: > 0 }).Select(PathOf).ToList();
        if (credentials.Count > 1)
            _failures.Add($"{string.Join(" and ", credentials)} are set: leave one of them, as each says who the client is");
        ThrowIfAny();
        return options;
    }

    /// <summary>Checks what is to be there in the end.</summary>
    /// <exception cref="OptionsValidationException">There is no name, or nothing that says who the client is.</exception>
    public void Check(ChatClientOptions options)
    {
        if (options.Secret.IsEmpty && options.Credential is CredentialKind.GuestKey or CredentialKind.Password or CredentialKind.Token)
            _failures.Add($"{PathOf(ClientSetting.Token)} is missing: set it to a token of the program's account, or {PathOf(ClientSetting.Password)} to the password of {PathOf(ClientSetting.Name)}, "
                + $"or {PathOf(ClientSetting.SecretFile)} to a file for the secret of a guest");
        else if (options.Name.Length == 0)
            _failures.Add($"{PathOf(ClientSetting.Name)} is missing: set it to the name that the client has in its rooms");
        ThrowIfAny();
    }

    /// <summary>The fault that the SDK found.</summary>
    public OptionsValidationException Failure(ArgumentException found)
    {
        _failures.Add($"{path}: {found.Message}");
        return new OptionsValidationException(path, typeof(ChatClientOptions), _failures);
    }

    private ChatClientOptions Apply(ChatClientOptions options, IConfigurationSection child)
    {
        if (ClientSetting.All.FirstOrDefault(one => one.Key.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            _failures.Add($"{PathOf(child.Key)} is not a setting of a client: expected one of {string.Join(", ", ClientSetting.All.Select(one => one.Key))}");
        else if (child.Value is { Length: > 0 } value)
            return Try(options, setting, value);
        else if (child.GetChildren().Any())
            _failures.Add($"{PathOf(child.Key)} has keys of its own: expected one value");
        return options;
    }

    private ChatClientOptions Try(ChatClientOptions options, ClientSetting setting, string value)
    {
        try
        {
            var applied = setting.Apply(options, value);
            if (setting.Warn?.Invoke(value) is { } warning)
                _warnings.Add($"{PathOf(setting.Key)}: {warning}");
            return applied;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            _failures.Add($"{PathOf(setting.Key)}: {e.Message}");
            return options;
        }
    }

    private string PathOf(string key) => $"{path}:{key}";

    private void ThrowIfAny()
    {
        if (_failures.Count > 0)
            throw new OptionsValidationException(path, typeof(ChatClientOptions), _failures);
    }
}
