namespace ChatProtocol.Tools;

/// <summary>The kind of a key.</summary>
internal enum KeyCode
{
    /// <summary>A character, which is the key's text.</summary>
    Character,
    /// <summary>Pasted text, all of it; newlines are <c>\n</c>.</summary>
    Paste,
    /// <summary>A paste that was discarded, since it was longer than any text that can be sent.</summary>
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
