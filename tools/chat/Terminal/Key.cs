namespace ChatProtocol.Tools;

/// <summary>One press of a key, or pasted text.</summary>
internal readonly record struct Key(KeyCode Code, string Text = "", KeyModifiers Modifiers = KeyModifiers.None)
{
    public static Key Character(string text) => new(KeyCode.Character, text);

    public static Key Control(char letter) => new(KeyCode.Character, letter.ToString(), KeyModifiers.Control);

    public static Key Alt(string text) => new(KeyCode.Character, text, KeyModifiers.Alt);
}
