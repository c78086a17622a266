namespace ChatProtocol.Tools;

/// <summary>What a key did to the line.</summary>
internal enum EditResult
{
    /// <summary>Nothing that can be seen.</summary>
    None,
    Changed,
    /// <summary>Nothing, and the user should notice: the text would be too long, or there is nothing to complete.</summary>
    Refused,
    /// <summary>Nothing, and the user has to be told: a paste does not fit, and nobody sees what it would have been.</summary>
    PasteRefused,
    /// <summary>The line is to be taken and sent.</summary>
    Submitted,
    /// <summary>The whole screen is to be cleared.</summary>
    Cleared,
    /// <summary>The terminal is to go back to the shell for a while.</summary>
    Suspended,
    Quit,
}
