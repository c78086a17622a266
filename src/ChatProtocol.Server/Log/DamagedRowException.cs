namespace ChatProtocol.Server;

/// <summary>A row that is not as it was stored.</summary>
/// <param name="what">The row, in words for the operator.</param>
/// <param name="accepted">The outcome of a start that accepts the loss, in words for the operator.</param>
internal sealed class DamagedRowException(string what, string accepted = "goes on without it") : Exception(what)
{
    public string Accepted { get; } = accepted;
}
