using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>All that the tests of connections hold for sockets holds for a transport over a stream, behind a handshake.</summary>
public sealed partial class ServerOverStreamTests
{
    private static readonly string[] Classes =
    [
        nameof(BadFrameTests), nameof(ProtocolSignatureTests), nameof(ForeignGreetingTests), nameof(LastWordsTests), nameof(MemoryBudgetTests), nameof(SlowReaderTests),
        nameof(StrangersTests), nameof(TextClientTests), nameof(ServerShutdownTests), nameof(AdminSocketTests), nameof(RemovalTests), nameof(ErasureTests),
    ];

    [Fact(Timeout = 600_000)]
    public async Task The_tests_of_connections_pass_over_a_stream()
    {
        Assert.SkipWhen(TestHandshake.IsWanted, "this is that run");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ChatProtocol.Tests"), [.. Classes.SelectMany(name => (string[])["-class", $"ChatProtocol.Tests.{name}"]), "-noColor"])
        {
            RedirectStandardOutput = true,
            Environment = { ["CHAT_TEST_TRANSPORT"] = "stream" },
        };
        using var tests = Process.Start(start)!;
        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == 0, output);
        Assert.InRange(int.Parse(Total().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), Classes.Length, int.MaxValue);
    }

    [GeneratedRegex("Total: ([0-9]+)")]
    private static partial Regex Total();
}
