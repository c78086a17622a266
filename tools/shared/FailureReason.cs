using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>The reason of a failure in the system's words; the runtime's messages are sentences about paths and parameters.</summary>
internal static class FailureReason
{
    /// <summary>The highest error number of the system; the runtime's own numbers are above it.</summary>
    private const int MaxErrorNumber = 4095;

    public static string Of(Exception failure) => failure switch
    {
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and <= MaxErrorNumber } inner } => InWords(inner.HResult),
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        PathTooLongException => "File name too long",
        IOException { HResult: > 0 and <= MaxErrorNumber } => InWords(failure.HResult),
        // The message ends with the name of a parameter, which means nothing to a user.
        ArgumentException { ParamName: { } name } => failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
        _ => failure.Message,
    };

    private static string InWords(int error) => Marshal.GetPInvokeErrorMessage(error);
}
