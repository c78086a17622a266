using System.Runtime.InteropServices;

namespace ChatProtocol.Tools;

/// <summary>Why a file could not be used, in the system's words; the runtime's are sentences about paths and parameters.</summary>
internal static class Reason
{
    /// <summary>Beyond it there are the runtime's own numbers.</summary>
    private const int MaxErrorNumber = 4095;

    public static string Of(Exception failure) => failure switch
    {
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and <= MaxErrorNumber } inner } => InWords(inner.HResult),
        UnauthorizedAccessException => "Permission denied",
        FileNotFoundException or DirectoryNotFoundException => "No such file or directory",
        IOException { HResult: > 0 and <= MaxErrorNumber } => InWords(failure.HResult),
        // It names the parameter behind its sentence, which is nothing to those who never heard of it.
        ArgumentException { ParamName: { } name } => failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal),
        _ => failure.Message,
    };

    private static string InWords(int error) => Marshal.GetPInvokeErrorMessage(error);
}
