using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The SDK's command, which may neither fail nor warn.</summary>
internal static partial class Dotnet
{
    private static readonly Dictionary<string, string> Quiet = new() { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" };

    public static async Task RunAsync(string command, string what, params string[] options)
    {
        var ended = await ToolProcess.RunAsync("dotnet", [command, what, .. options, "--disable-build-servers", "--tl:off"], Quiet);
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Error);
        Assert.DoesNotMatch(Warning, ended.Output);
    }

    /// <summary>Publishes a native program, and returns the folder that it is in. Everything that is built goes elsewhere, and the lock files stay as they are.</summary>
    public static async Task<string> PublishAsync(string tool, TemporaryFolder folder)
    {
        await RunAsync("publish", Repository.PathOf("tools", tool), "-c", "Release", "-r", "linux-x64", "-p:RestoreLockedMode=true",
            "--artifacts-path", folder.File("artifacts"), "-o", folder.File("out"));
        return folder.File("out");
    }

    [GeneratedRegex(@"\bwarning [A-Z]+\d+")]
    private static partial Regex Warning { get; }
}
