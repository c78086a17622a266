namespace ChatProtocol;

/// <summary>One message as it came.</summary>
/// <param name="Bytes">Its bytes without the end; none if it was too long.</param>
/// <param name="IsMarked">Whether a newline ended it, not the quiet behind it.</param>
/// <param name="IsTooLong">Whether it was longer than the limit.</param>
public readonly record struct LegacyLine(ReadOnlyMemory<byte> Bytes, bool IsMarked, bool IsTooLong);
