using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The end of a session by the server, in words for people.</summary>
internal static class Farewell
{
    /// <summary>The sentence for an interactive session.</summary>
    public static string InWords(Bye bye) => bye.Why == ByeCode.Kicked
        ? $"you were kicked{Behind(bye.Reason)}"
        : $"the server has ended the session{Behind(bye.Reason)}{BackInWords(bye)}";

    /// <summary>The sentence for a failed command; the failure's own message unless the server ended the session.</summary>
    public static string InWords(ChatException failure) => failure.Bye switch
    {
        { Why: ByeCode.Kicked } kicked => $"kicked{Behind(kicked.Reason)}",
        { } bye => failure.Message + BackInWords(bye),
        null => failure.Message,
    };

    private static string Behind(string reason) => reason.Length == 0 ? "" : $": {reason}";

    // Rounded up: a client that returns too early would not find the server.
    private static string BackInWords(Bye bye) => bye.Back switch
    {
        null => "",
        0 => " (back at once)",
        < 1000 and var milliseconds => $" (back in {milliseconds} ms)",
        var milliseconds => $" (back in {InUnits((milliseconds.Value + 999) / 1000)})",
    };

    private static string InUnits(long seconds) => seconds switch
    {
        < 60 => $"{seconds} s",
        < 3600 when seconds % 60 == 0 => $"{seconds / 60} min",
        < 3600 => $"{seconds / 60} min {seconds % 60} s",
        _ => $"{seconds / 3600} h {seconds % 3600 / 60} min",
    };
}
