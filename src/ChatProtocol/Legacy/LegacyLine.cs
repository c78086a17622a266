namespace ChatProtocol;

/// <summary>One message as received.</summary>
/// <param name="Bytes">Its bytes without the newline; empty if it was too long.</param>
/// <param name="IsMarked">Whether a newline ended it, and not a pause.</param>
/// <param name="IsTooLong">Whether it was longer than the limit.</param>
public readonly record struct LegacyLine(ReadOnlyMemory<byte> Bytes, bool IsMarked, bool IsTooLong);
