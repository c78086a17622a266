using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>Compiling to native code takes all that the machine has, and so has it to itself.</summary>
[CollectionDefinition(nameof(PublishingTests), DisableParallelization = true)]
[Collection(nameof(PublishingTests))]
public sealed class PublishingTests
{
    [Theory(Timeout = 600_000)]
    [InlineData("chat")]
    [InlineData("chatctl")]
    [InlineData("chatbench")]
    public async Task Publishing_as_native_code_gives_no_warnings_and_one_file_that_starts(string tool)
    {
        using var folder = new TemporaryFolder();
        var published = await Dotnet.PublishAsync(tool, folder);
        Assert.Equal([tool], Directory.EnumerateFileSystemEntries(published).Select(Path.GetFileName));

        var version = await ToolProcess.RunAsync(Path.Combine(published, tool), ["--version"], new Dictionary<string, string>());
        Assert.Matches($@"\A{tool} \d+\.\d+\.\d+\n\z", version.Done().Output);
    }
}
