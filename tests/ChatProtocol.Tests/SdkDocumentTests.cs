using System.Text.RegularExpressions;
using ChatProtocol.Client;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What the documentation of the SDK shows and lists is what there is.</summary>
public sealed partial class SdkDocumentTests
{
    [Theory]
    [InlineData("quickstart", "bot")]
    [InlineData("bridge", "bridge")]
    [InlineData("hosted-service", "hosted-service")]
    [InlineData("shipper", "shipper")]
    [InlineData("testing", "testing")]
    public void A_page_shows_its_sample_as_it_is_built_and_run(string page, string sample) =>
        Assert.Contains($"```csharp\n{SampleProgram.SourceOf(sample)}```\n", TextOf(page), StringComparison.Ordinal);

    [Fact]
    public void Each_sample_has_less_than_fifty_lines_and_the_bot_twelve()
    {
        Assert.All(SampleProgram.Names, name => Assert.InRange(LinesOf(name), 1, 49));
        Assert.Equal(12, LinesOf("bot"));
    }

    [Fact]
    public void Every_failure_and_every_outcome_has_its_row_among_the_errors()
    {
        var rows = FirstCell.Matches(TextOf("errors")).Select(row => row.Groups[1].Value).ToHashSet();
        Assert.All(Enum.GetNames<ChatFailure>().Concat(Enum.GetNames<Outcome>()), name => Assert.Contains(name, rows));
    }

    [Fact]
    public void Every_error_that_is_named_exists() =>
        Assert.All(Code.Matches(SectionOf("errors", "## Codes that programs meet")), code => Assert.True(Enum.TryParse<ErrorCode>(code.Groups[1].Value, out _), code.Value));

    [Fact]
    public void Every_requirement_that_is_promised_exists()
    {
        var known = Directory.EnumerateFiles(Repository.PathOf("spec"), "*.md").SelectMany(file => Requirement.Matches(File.ReadAllText(file)).Select(id => id.Value)).ToHashSet();
        Assert.All(Requirement.Matches(TextOf("delivery")), id => Assert.Contains(id.Value, known));
    }

    private static int LinesOf(string sample) => SampleProgram.SourceOf(sample).TrimEnd().Split('\n').Length;

    private static string TextOf(string page) => File.ReadAllText(Repository.PathOf("src", "ChatProtocol.Client", "docs", page + ".md"));

    private static string SectionOf(string page, string heading) => TextOf(page).Split(heading)[1].Split("\n## ")[0].Split("All codes")[0];

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstCell { get; }

    [GeneratedRegex(@"(?<=^\|[^|]*)`(\w+)`", RegexOptions.Multiline)]
    private static partial Regex Code { get; }

    [GeneratedRegex(@"CP-[A-Z]+-\d+")]
    private static partial Regex Requirement { get; }
}
