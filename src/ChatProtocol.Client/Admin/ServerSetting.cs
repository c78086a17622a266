namespace ChatProtocol.Client;

/// <summary>A setting as it holds in a running server. Immutable.</summary>
public sealed record ServerSetting
{
    /// <summary>The setting's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its value, in the form in which it is written; one of more than 1,024 bytes is cut.</summary>
    public string Value { get; init; } = "";

    /// <summary>Where the value comes from; one that this version does not know has another number.</summary>
    public SettingOrigin Origin { get; init; }

    /// <summary>The flag, the variable, or the line of the file that it comes from; null for a default.</summary>
    public string? Place { get; init; }

    /// <summary>Whether another value holds from the server's next start on alone.</summary>
    public bool TakesRestart { get; init; }

    /// <summary>The value that the last reload found, and that holds from the next start on; null if there is none.</summary>
    public string? Next { get; init; }

    internal ulong Number { get; init; }

    internal static ServerSetting Of(ConfigurationListItem item) => new()
    {
        Number = item.Setting,
        Name = item.Name,
        Value = item.Value,
        Origin = item.Source,
        Place = item.Place,
        TakesRestart = item.Restart,
        Next = item.Next,
    };
}
