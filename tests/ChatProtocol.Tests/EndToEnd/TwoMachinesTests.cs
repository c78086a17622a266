using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>A server and a user on two machines with a wire between them, which no other test has: everything else is on the loopback.</summary>
public sealed class TwoMachinesTests
{
    [Spec("CP-TLS-005", "CP-TLS-006")]
    [Fact(Timeout = 120_000)]
    public async Task A_user_on_another_machine_finds_the_server_by_its_key_and_is_told_when_that_has_changed()
    {
        var environment = new Dictionary<string, string> { ["TEST_CHATD"] = ChatdProcess.Program };

        var result = await ToolProcess.RunAsync("bash", [Repository.PathOf("tests", "two-machines.sh")], environment);

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.EndsWith("ok: nothing was sent to a server that was not let in\n", result.Output, StringComparison.Ordinal);
    }
}
