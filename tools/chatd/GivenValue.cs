namespace ChatProtocol.Tools;

/// <summary>One value given to a setting, with its source.</summary>
internal sealed record GivenValue(string Text, Source Source);

/// <summary>The source of a value: a flag, a variable, or a line of a file.</summary>
/// <param name="Name"><c>--listen</c>, <c>CHATD_LISTEN</c> or <c>/etc/chatd.json:3</c>.</param>
internal sealed record Source(string Name)
{
    /// <summary>A message with the source before it, unless that is a flag, which the user has just typed.</summary>
    public string Before(string message) => Name.StartsWith("--", StringComparison.Ordinal) ? message : $"{Name}: {message}";
}

/// <summary>A mistake in the settings, with its source.</summary>
/// <param name="Source">The source; null if the mistake has no single one.</param>
/// <param name="Text">The mistake and the remedy.</param>
internal sealed record SettingFault(Source? Source, string Text)
{
    public string Message => Source?.Before(Text) ?? Text;
}
