namespace ChatProtocol.Tools;

/// <summary>What was held down; the values are those of xterm's sequences, less one.</summary>
[Flags]
internal enum KeyModifiers
{
    None = 0,
    Shift = 1,
    Alt = 2,
    Control = 4,
}
