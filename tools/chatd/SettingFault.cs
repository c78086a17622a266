namespace ChatProtocol.Tools;

/// <summary>A mistake in the settings, with its source.</summary>
/// <param name="Source">The source; null if the mistake has no single one.</param>
/// <param name="Text">The mistake and the remedy.</param>
internal sealed record SettingFault(SettingSource? Source, string Text)
{
    public string Message => Source?.Before(Text) ?? Text;
}
