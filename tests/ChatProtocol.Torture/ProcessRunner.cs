using System.Diagnostics;

namespace ChatProtocol.Torture;

/// <summary>Runs programs that are expected to succeed.</summary>
internal static class ProcessRunner
{
    /// <exception cref="InvalidOperationException">The program failed; the message has its output.</exception>
    public static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // Variables set by a surrounding test runner or build are not meant for the started program.
        foreach (var inherited in start.Environment.Keys.Where(IsOfDotnet).ToList())
            start.Environment.Remove(inherited);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed:\n{await output}{await error}");
    }

    private static bool IsOfDotnet(string variable) =>
        variable.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("TESTINGPLATFORM", StringComparison.Ordinal);
}
