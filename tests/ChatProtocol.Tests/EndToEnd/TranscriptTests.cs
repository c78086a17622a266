using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The manual shows what happens. With UPDATE_README=1 in the environment it is made so.</summary>
public sealed partial class TranscriptTests
{
    private static readonly string Manual = Repository.PathOf("tools", "chatd", "README.md");

    [Fact(Timeout = 120_000)]
    public async Task The_Python_client_and_three_chats_see_what_the_manual_shows()
    {
        await using var installation = await Installation.StartAsync();
        await using var ann = await installation.User("ann").EnterLobbyAsync();
        await using var bob = await installation.User("bob").EnterLobbyAsync();
        await ann.WaitForAsync("* bob is here in lobby");
        await using var li = await installation.User("小李").EnterLobbyAsync();
        await ann.WaitForAsync("* 小李 is here in lobby");
        await bob.WaitForAsync("* 小李 is here in lobby");

        var python = new List<string>();
        await using var client = OriginProcess.StartClient(installation.Chatd.Tcp);
        await SeeAsync("*** 在线");
        await TypeAsync("大家好，我用的还是旧的客户端");
        var guest = GuestName.Match(await ann.WaitForAsync(": 大家好，我用的还是旧的客户端")).Value;
        await ann.WaitForAsync($"* {guest} is here in lobby");
        await TypeAsync("%%%nick 老王");
        await SeeAsync("*** 你现在的名字是");
        await ann.WaitForAsync(" is now called 老王");
        await bob.EnterAsync("欢迎，老王 👋");
        await SeeAsync("bob: ");
        await ann.WaitForAsync("bob: 欢迎，老王 👋");
        await TypeAsync("ann%%%晚上一起吃饭？");
        await ann.WaitForAsync("[@老王] 老王: 晚上一起吃饭？");
        await ann.EnterAsync("/msg 老王 好啊！");
        await SeeAsync("[私聊]");
        await ann.WaitForAsync("[@老王] ann» 好啊！");
        await li.EnterAsync("/msg 老王 还有我");
        await SeeAsync("[私聊]");
        (await installation.ChatctlAsync("broadcast", "十点维护")).Done();
        await SeeAsync("*** server: ");
        await ann.WaitForAsync("** server: 十点维护");
        await TypeAsync("exit");
        await client.EndAsync();
        var screen = await ann.WaitForAsync("* 老王 has left lobby");

        Check("the Python client", python);
        Check("ann's terminal", screen.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0));
        foreach (var (terminal, name) in new[] { (bob, "bob"), (li, "小李") })
            Assert.DoesNotContain("吃饭", await terminal.WaitForAsync($"{(name == "bob" ? "bob»" : "bob:")} 欢迎，老王 👋"), StringComparison.Ordinal);

        async Task TypeAsync(string line)
        {
            python.Add(line);
            await client.TypeAsync(line);
        }

        async Task SeeAsync(string beginning)
        {
            string line;
            do
                python.Add(line = (await client.ReadLineAsync())!.TrimEnd());
            while (!line.StartsWith(beginning, StringComparison.Ordinal));
        }
    }

    /// <summary>The block behind the line that names it, ports and times aside.</summary>
    private static void Check(string what, IEnumerable<string> lines)
    {
        var mark = $"<!-- made by TranscriptTests: {what} -->\n";
        var manual = File.ReadAllText(Manual);
        var shown = string.Concat(lines.Select(line => GuestName.Replace(Clock.Replace(line, "20:15 "), "guest-54321") + "\n"));
        var start = manual.IndexOf(mark, StringComparison.Ordinal) + mark.Length + "```\n".Length;
        var end = manual.IndexOf("```\n", start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
            File.WriteAllText(Manual, manual[..start] + shown + manual[end..]);
        else
            Assert.Equal(shown, manual[start..end]);
    }

    [GeneratedRegex("guest-[0-9]+")]
    private static partial Regex GuestName { get; }

    [GeneratedRegex("^[0-9]{2}:[0-9]{2} ")]
    private static partial Regex Clock { get; }
}
