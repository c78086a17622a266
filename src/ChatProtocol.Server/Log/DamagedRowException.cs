namespace ChatProtocol.Server;

/// <summary>A row that is not as it was stored.</summary>
/// <param name="what">The row, in words for the operator.</param>
internal sealed class DamagedRowException(string what) : Exception(what);
