namespace ChatProtocol.Tools;

/// <summary>A part of a text that stands on a line of its own.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Columns">Where the cursor stands behind it. More than a row has only behind a word that is longer than one.</param>
internal readonly record struct TextRow(int Start, int End, int Columns);
