using ChatProtocol.Client;

namespace ChatProtocol.Tools;

/// <summary>The remedy for a refused login, behind the server's words.</summary>
internal static class LoginAdvice
{
    /// <summary>The sentence for a failure of a command that logs in as a guest, or by a token.</summary>
    public static string InWords(ChatException failure) => ByeMessage.InWords(failure) + failure.Code switch
    {
        ErrorCode.LoginFailed => ". 'chat login' gets another token, and 'chat logout' forgets the one that is kept",
        _ => Further(failure),
    };

    /// <summary>The sentence for a failure of a command that logs in by a password, or registers.</summary>
    public static string InWordsOfAccount(ChatException failure) => ByeMessage.InWords(failure) + Further(failure);

    private static string Further(ChatException failure) => failure.Code switch
    {
        ErrorCode.BadCredential => ". 'chat login' logs in to an account, and 'chat register --invitation CODE' makes one",
        ErrorCode.RegistrationClosed => ". With an invitation: 'chat register --invitation CODE'",
        ErrorCode.AccountDisabled => ": ask an admin of the server",
        _ => "",
    };
}
