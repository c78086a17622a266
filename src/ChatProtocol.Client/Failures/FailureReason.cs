using System.Runtime.InteropServices;

namespace ChatProtocol.Client;

/// <summary>The reason of a failure with a file in the system's words; the runtime's messages are sentences about paths.</summary>
internal static class FailureReason
{
    public static string Of(Exception failure) => failure switch
    {
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        PathTooLongException => "File name too long",
        IOException { HResult: > 0 } => Marshal.GetPInvokeErrorMessage(failure.HResult),
        _ => failure.Message,
    };
}
