namespace ChatProtocol.Tools;

/// <summary>A part of a text that stands on a line of its own.</summary>
/// <param name="Start">The index of its first UTF-16 unit.</param>
/// <param name="End">The index behind its last UTF-16 unit.</param>
/// <param name="Columns">The column of the cursor behind it; beyond the terminal's width only behind a word longer than a row.</param>
internal readonly record struct TextRow(int Start, int End, int Columns);
