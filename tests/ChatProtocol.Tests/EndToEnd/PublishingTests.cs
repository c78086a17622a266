using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Compiling to native code takes all that the machine has, and so has it to itself.</summary>
[CollectionDefinition(nameof(PublishingTests), DisableParallelization = true)]
[Collection(nameof(PublishingTests))]
public sealed partial class PublishingTests
{
    [Theory(Timeout = 600_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    public async Task Publishing_as_native_code_gives_no_warnings_and_one_file_that_starts(string tool)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal([tool], await PublishAsync(tool, folder, "-r", "linux-x64"));

        var version = await ToolProcess.RunAsync(folder.File("out/" + tool), ["--version"], new Dictionary<string, string>());
        Assert.Matches($@"\A{tool} \d+\.\d+\.\d+\n\z", version.Done().Output);
    }

    [Fact(Timeout = 600_000)]
    public async Task The_server_is_published_without_what_only_its_developers_need()
    {
        using var folder = new TemporaryFolder();
        var files = await PublishAsync("chatd", folder);

        Assert.Contains("chatd", files);
        Assert.DoesNotContain(files, file => Path.GetExtension(file) is ".pdb" or ".xml" or ".dbg");
    }

    /// <summary>The names of the files that it gives.</summary>
    private static async Task<IEnumerable<string?>> PublishAsync(string tool, TemporaryFolder folder, params string[] options)
    {
        // Everything that is built goes elsewhere, and the lock files stay as they are.
        var published = await ToolProcess.RunAsync("dotnet",
            ["publish", Repository.PathOf("tools", tool), "-c", "Release", .. options, "-p:RestoreLockedMode=true",
             "--artifacts-path", folder.File("artifacts"), "-o", folder.File("out"), "--disable-build-servers", "--tl:off"],
            new Dictionary<string, string> { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1" });
        Assert.True(published.ExitCode == 0, published.Output + published.Error);
        Assert.DoesNotMatch(Warning(), published.Output);
        return Directory.EnumerateFiles(folder.File("out"), "*", SearchOption.AllDirectories).Select(Path.GetFileName);
    }

    [GeneratedRegex(@"\bwarning [A-Z]+\d+")]
    private static partial Regex Warning();
}
