namespace ChatProtocol.Tools;

/// <summary>The source of a value: a flag, a variable, or a line of a file.</summary>
/// <param name="Name"><c>--listen</c>, <c>CHATD_LISTEN</c> or <c>/etc/chatd.json:3</c>.</param>
internal sealed record SettingSource(string Name)
{
    /// <summary>The kind of source.</summary>
    public SettingOrigin Origin =>
        Name.StartsWith("--", StringComparison.Ordinal) ? SettingOrigin.Flag
        : Name.StartsWith("CHATD_", StringComparison.Ordinal) ? SettingOrigin.Environment
        : SettingOrigin.File;

    /// <summary>A message with the source before it, unless that is a flag, which the user has just typed.</summary>
    public string Before(string message) => Origin == SettingOrigin.Flag ? message : $"{Name}: {message}";
}

/// <summary>One value given to a setting, with its source.</summary>
internal sealed record SourcedValue(string Text, SettingSource Source);

/// <summary>The values that one source gives a setting, and the source.</summary>
internal sealed record SourcedValues(IReadOnlyList<SourcedValue> Values, SettingSource Source);
