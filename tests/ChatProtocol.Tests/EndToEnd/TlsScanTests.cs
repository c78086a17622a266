using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>What another implementation of TLS than the runtime's is given and refused.</summary>
public sealed class TlsScanTests
{
    [Spec("CP-TLS-001", "CP-TLS-003")]
    [Fact(Timeout = 120_000)]
    public async Task Old_versions_weak_suites_and_other_applications_are_refused()
    {
        var environment = new Dictionary<string, string> { ["TEST_CHATD"] = ChatdProcess.Program };

        var result = await ToolProcess.RunAsync("bash", [Repository.PathOf("tests", "tls-scan.sh")], environment);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Matches("(?m)^version +TLS 1.1 +refused$", result.Output);
        Assert.Matches("(?m)^version +TLS 1.3 +taken$", result.Output);
    }
}
