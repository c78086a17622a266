namespace ChatProtocol.Tools;

/// <summary>What was pressed.</summary>
internal enum KeyCode
{
    /// <summary>A character; the key's text says which.</summary>
    Character,
    /// <summary>Pasted text, all of it; newlines are <c>\n</c>.</summary>
    Paste,
    /// <summary>A paste of which nothing was kept, for it was longer than anything that can be sent.</summary>
    OversizedPaste,
    Enter,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    Escape,
}
