using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The server's parting words, for people.</summary>
internal static class Farewell
{
    /// <summary>For who was in the middle of talking.</summary>
    public static string InWords(ServerBye bye) => bye.Why == ByeCode.Kicked
        ? $"you were kicked{Behind(bye.Reason)}"
        : $"the server has ended the session{Behind(bye.Reason)}{BackInWords(bye)}";

    /// <summary>What a command failed with; the same as its message where that is not about parting.</summary>
    public static string InWords(ChatException failure) => failure.Bye switch
    {
        { Why: ByeCode.Kicked } kicked => $"kicked{Behind(kicked.Reason)}",
        { } bye => failure.Message + BackInWords(bye),
        null => failure.Message,
    };

    private static string Behind(string reason) => reason.Length == 0 ? "" : $": {reason}";

    // Rounded up: who comes back too early finds nobody.
    private static string BackInWords(ServerBye bye) => bye.Back switch
    {
        null => "",
        { Ticks: 0 } => " (back at once)",
        { TotalSeconds: < 1 } back => $" (back in {back.TotalMilliseconds} ms)",
        { } back => $" (back in {InUnits((long)Math.Ceiling(back.TotalSeconds))})",
    };

    private static string InUnits(long seconds) => seconds switch
    {
        < 60 => $"{seconds} s",
        < 3600 when seconds % 60 == 0 => $"{seconds / 60} min",
        < 3600 => $"{seconds / 60} min {seconds % 60} s",
        _ => $"{seconds / 3600} h {seconds % 3600 / 60} min",
    };
}
