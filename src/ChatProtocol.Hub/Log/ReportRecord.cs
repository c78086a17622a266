namespace ChatProtocol.Hub;

/// <summary>A report as it is stored: where the copy of an entry lies, which goes when the entry is erased.</summary>
/// <param name="Room">The room of the entry.</param>
/// <param name="Seq">The entry's seq.</param>
/// <param name="Reporter">The principal that reported it.</param>
/// <param name="CopyRoom">The room of the report.</param>
/// <param name="Copy">The report's seq there.</param>
/// <param name="Made">When it was made, in milliseconds since 1970 UTC.</param>
public sealed record ReportRecord(ulong Room, ulong Seq, ulong Reporter, ulong CopyRoom, ulong Copy, long Made);
