using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>All that the tests of connections hold for sockets holds for other transports.</summary>
public sealed partial class OtherTransportTests
{
    private static readonly string[] Classes =
    [
        nameof(BadFrameTests), nameof(ProtocolSignatureTests), nameof(ForeignGreetingTests), nameof(LastWordsTests), nameof(MemoryBudgetTests), nameof(SlowReaderTests),
        nameof(StrangersTests), nameof(TextClientTests), nameof(ServerShutdownTests), nameof(AdminSocketTests), nameof(RemovalTests), nameof(ErasureTests),
    ];

    /// <summary>Those in which all clients are native ones that do not look at the socket below.</summary>
    private static readonly string[] OverWebSocket =
        [nameof(BadFrameTests), nameof(MemoryBudgetTests), nameof(SlowReaderTests), nameof(RemovalTests), nameof(ErasureTests)];

    /// <summary>In it a full server refuses, which it does in the words of HTTP there.</summary>
    private const string NotOverWebSocket = nameof(SlowReaderTests.A_kicked_peer_that_does_not_read_is_cut_off);

    [Fact(Timeout = 600_000)]
    public Task The_tests_of_connections_pass_over_a_stream_behind_a_handshake() => PassAsync("stream", Classes);

    [Spec("CP-WSK-009")]
    [Fact(Timeout = 600_000)]
    public Task The_tests_of_connections_pass_over_a_WebSocket() => PassAsync("websocket", OverWebSocket);

    private static async Task PassAsync(string carrier, string[] classes)
    {
        Assert.SkipWhen(TestHandshake.IsWanted, "this is that run");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ChatProtocol.Tests"), [.. classes.SelectMany(name => (string[])["-class", $"ChatProtocol.Tests.{name}"]), .. carrier == "websocket" ? (string[])["-method-", $"*.{NotOverWebSocket}"] : [], "-noColor"])
        {
            RedirectStandardOutput = true,
            Environment = { ["CHAT_TEST_TRANSPORT"] = carrier },
        };
        using var tests = Process.Start(start)!;
        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == 0, output);
        Assert.InRange(int.Parse(Total().Match(output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), classes.Length, int.MaxValue);
    }

    [GeneratedRegex("Total: ([0-9]+)")]
    private static partial Regex Total();
}
