namespace ChatProtocol.Tools;

/// <summary>The modifier keys held down; the values are those of xterm's sequences, less one.</summary>
[Flags]
internal enum KeyModifiers
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}
