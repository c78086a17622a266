namespace ChatProtocol.Tools;

/// <summary>One thing that somebody said of a setting, and where.</summary>
internal sealed record Said(string Text, Source Source);

/// <summary>Where something was said: by a flag, a variable, or a line of a file.</summary>
/// <param name="Name"><c>--listen</c>, <c>CHATD_LISTEN</c> or <c>/etc/chatd.json:3</c>.</param>
internal sealed record Source(string Name)
{
    /// <summary>A flag that somebody has just typed needs no finding.</summary>
    public string Before(string message) => Name.StartsWith("--", StringComparison.Ordinal) ? message : $"{Name}: {message}";
}

/// <summary>A mistake, and where.</summary>
/// <param name="Source">Null if it is in no single place.</param>
/// <param name="Text">The mistake, and what to do.</param>
internal sealed record SettingFault(Source? Source, string Text)
{
    public string Message => Source?.Before(Text) ?? Text;
}
