using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What a program left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output's lines as JSON.</summary>
    public JsonElement[] Objects => Array.ConvertAll(Lines, Parse);

    /// <summary>The one line of standard error as JSON.</summary>
    public JsonElement ErrorObject => Parse(Error);

    /// <summary>This, if it ended so and complained of nothing.</summary>
    /// <param name="warning">The one thing that it has warned of; null for none.</param>
    public ToolResult Done(string? warning = null)
    {
        Assert.Equal((0, warning is null ? "" : Error), (ExitCode, Error));
        Assert.Contains(warning ?? "", Error, StringComparison.Ordinal);
        return this;
    }

    /// <summary>This, if it ended so, said why in one line that begins with the program's name, and printed nothing else.</summary>
    public ToolResult Failed(int exitCode, string because)
    {
        Assert.True(ExitCode == exitCode, $"Exit code {ExitCode} in place of {exitCode}: {Error}");
        Assert.Matches(@"\Achat(ctl|bench|d)?: [^\n]+\n\z", Error);
        Assert.Contains(because, Error, StringComparison.Ordinal);
        return this;
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
