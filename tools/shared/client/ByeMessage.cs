using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The end of a session by the server, in words for people.</summary>
internal static class ByeMessage
{
    /// <summary>The sentence for an interactive session.</summary>
    public static string InWords(ServerBye bye) => bye.Why == ByeCode.Kicked ? $"you were kicked{Behind(bye.Reason)}"
        : bye.Why == ByeCode.SignedOut ? $"you were signed out{Behind(bye.Reason)}"
        : $"the server has ended the session{Behind(bye.Reason)}{BackInWords(bye)}";

    /// <summary>The sentence for a failed command; the failure's own message unless the server ended the session.</summary>
    public static string InWords(ChatException failure) => failure.Bye switch
    {
        { Why: ByeCode.Kicked } kicked => $"kicked{Behind(kicked.Reason)}",
        { Why: ByeCode.SignedOut } signedOut => $"signed out{Behind(signedOut.Reason)}",
        { } bye => failure.Message + BackInWords(bye),
        null => failure.Message,
    };

    private static string Behind(string reason) => reason.Length == 0 ? "" : $": {reason}";

    // Rounded: the sessions of one server are told times some milliseconds apart (CP-SES-029).
    private static string BackInWords(ServerBye bye) => bye.Back switch
    {
        null => "",
        { Ticks: 0 } => " (back at once)",
        { TotalSeconds: < 1 } back => $" (back in {back.TotalMilliseconds} ms)",
        { } back => $" (back in {InUnits((long)Math.Round(back.TotalSeconds))})",
    };

    private static string InUnits(long seconds) => seconds switch
    {
        < 60 => $"{seconds} s",
        < 3600 when seconds % 60 == 0 => $"{seconds / 60} min",
        < 3600 => $"{seconds / 60} min {seconds % 60} s",
        _ => $"{seconds / 3600} h {seconds % 3600 / 60} min",
    };
}
