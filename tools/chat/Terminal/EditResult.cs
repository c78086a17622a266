namespace ChatProtocol.Tools;

/// <summary>The effect of a key on the line.</summary>
internal enum EditResult
{
    /// <summary>No visible effect.</summary>
    None,
    Changed,
    /// <summary>The key was refused, and the bell rings: the text would be too long, or there is nothing to complete.</summary>
    Refused,
    /// <summary>A paste was refused because it does not fit; a message says so, since the pasted text is not visible.</summary>
    PasteRefused,
    /// <summary>The line is to be sent.</summary>
    Submitted,
    /// <summary>The whole screen is to be cleared.</summary>
    Cleared,
    /// <summary>The program is to be suspended, and the terminal returned to the shell.</summary>
    Suspended,
    Quit,
}
