using System.Text.Json;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>chatd config: what can be set, what is, and what is wrong, without a server.</summary>
public sealed class ConfigurationTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact(Timeout = 60_000)]
    public async Task Each_setting_is_shown_with_the_place_where_it_was_said()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("c.json"), """
            {
              "near": ["unix"], "tail-bytes": "1M",
              "limit": {
                "posts": "60/m,10",
                "pending": 3
              },
              "log-level": "Debug"
            }
            """);
        var environment = new Dictionary<string, string> { ["CHATD_CONFIG"] = folder.File("c.json"), ["CHATD_LIMIT"] = "pending=4,posts=5/s,7", ["CHATD_STOP_GRACE"] = "120s" };

        var shown = Shown(await RunAsync(environment, "config", "show", "-o", "json", "--limit", "pending=5", "--legacy-echo"));

        var file = folder.File("c.json");
        Assert.Equal(("unix", $"{file}:2"), shown["near"]);
        Assert.Equal(("1M", $"{file}:2"), shown["tail-bytes"]);
        Assert.Equal(("5/s,7", "CHATD_LIMIT"), shown["limit posts"]);
        Assert.Equal(("5", "--limit"), shown["limit pending"]);
        Assert.Equal(("128", null), shown["limit connections"]);
        Assert.Equal(("true", "--legacy-echo"), shown["legacy-echo"]);
        Assert.Equal(("2m", "CHATD_STOP_GRACE"), shown["stop-grace"]);
        Assert.Equal(("debug", $"{file}:7"), shown["log-level"]);
        Assert.Equal(("16384", null), shown["max-connections"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_shown_can_be_written_and_is_the_same_then()
    {
        var defaults = Shown(await RunAsync(Nothing, "config", "show", "-o", "json"));
        string[] inWords = ["data", "allow", "registration", "proxy", "disk-floor"];
        var flags = defaults.Where(row => !inWords.Contains(row.Key)).SelectMany(row =>
            row.Key.StartsWith("limit ", StringComparison.Ordinal) ? (string[])["--limit", $"{row.Key[6..]}={row.Value.Value}"]
            : row.Key == "legacy-echo" ? ["--legacy-echo"]
            : [$"--{row.Key}", row.Value.Value]);

        var again = Shown(await RunAsync(Nothing, ["config", "show", "-o", "json", .. flags]));

        Assert.Equal(defaults.ToDictionary(row => row.Key, row => row.Key == "legacy-echo" ? "true" : row.Value.Value), again.ToDictionary(row => row.Key, row => row.Value.Value));
        Assert.All(again.Where(row => !inWords.Contains(row.Key)), row => Assert.StartsWith("--", row.Value.From, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_mistake_is_named_with_its_place_and_not_only_the_first()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("c.json"), """
            { "listne": [],
              "listen": [
                "nonsense",
                "tcp://127.0.0.1:0" ],
              "near": ["10.0.0.0/99"],
              "legacy-history": true, "max-connections": 0,
              "tail-bytes": "much", "frame-timeout": "1 minute",
              "limit": { "posts": "5",
                         "welcome:frame": 100,
                         "welcome:dead-after": 20000 }
            }
            """);
        var environment = new Dictionary<string, string> { ["CHATD_ALLOW"] = "plaintext,all", ["CHATD_DATA"] = "" };

        var checkedInText = await RunAsync(environment, "config", "check", "--config", folder.File("c.json"), "--proxy", "none,unix", "--limit", "zzz=1");

        Assert.Equal((2, ""), (checkedInText.ExitCode, checkedInText.Output));
        var file = folder.File("c.json");
        string[] expected =
        [
            $"chatd: {file}:1: unknown setting 'listne'; there are listen, data, ",
            $"chatd: {file}:5: near 10.0.0.0/99: that is no prefix of such an address",
            $"chatd: {file}:6: legacy-history has to be a whole number",
            $"chatd: {file}:6: max-connections 0: use a whole number from 1 to ",
            $"chatd: {file}:7: tail-bytes much: use a number of bytes from 0 to 1024G",
            $"chatd: {file}:7: frame-timeout 1 minute: use a number and its unit: ",
            $"chatd: {file}:8: limit posts=5: use a rate and what may be used at once",
            $"chatd: {file}:9: limit welcome:frame=100: use a whole number from 8192 to 16777215",
            $"chatd: {file}:10: limit welcome:dead-after is 20000: it has to be more than ping-after, which is 30000",
            "chatd: CHATD_ALLOW: allow all: there is only plaintext, guests, legacy",
            "chatd: CHATD_DATA is empty: give it a value, or unset it",
            "chatd: proxy none,unix: none stands by itself",
            "chatd: limit zzz=1: there is no 'zzz'; there are connections, ",
        ];
        var lines = checkedInText.Error.TrimEnd().Split('\n');
        Assert.All(expected, line => Assert.Single(lines, found => found.StartsWith(line, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, lines.Length);
        var inJson = await RunAsync(environment, "config", "check", "--config", file, "-o", "json");
        Assert.Equal(2, inJson.ExitCode);
        Assert.Contains(inJson.Objects[0].EnumerateArray(), fault => fault.GetProperty("where").GetString() == $"{file}:9" && fault.GetProperty("error").GetString()!.StartsWith("limit welcome:frame=100", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_there_is_no_mistake_it_is_said_and_nothing_is_made()
    {
        using var folder = new TemporaryFolder();
        var data = folder.File("data");

        Assert.Equal("the settings can be used\n", (await RunAsync(Nothing, "config", "check", "--data", data, "--listen", "tcp://127.0.0.1:9999")).Done().Output);

        Assert.Equal("[]\n", (await RunAsync(Nothing, "config", "check", "-o", "json")).Done().Output);
        var homeless = new Dictionary<string, string> { ["HOME"] = "/nonexistent", ["XDG_DATA_HOME"] = "" };
        (await RunAsync(homeless, "config", "check")).Failed(2, "there is no home folder, for HOME is /nonexistent and does not exist: name the data folder with --data");
        Assert.False(Path.Exists(data));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_variable_that_is_no_settings_is_told_and_ends_no_start()
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["CHATD_LISTNE"] = "tcp://127.0.0.1:1", ["CHATD_PORT_9999_TCP"] = "kubernetes", ["CHATD_SERVICE_HOST"] = "kubernetes" };

        (await RunAsync(environment, "config", "check")).Failed(2, "chatd: CHATD_LISTNE: there is no such setting, and nothing comes of it");
        await using var chatd = await ChatdProcess.StartAsync(environment, "--data", folder.Path, "--listen", "tcp://127.0.0.1:0");
        await chatd.SaysAsync("CHATD_LISTNE: there is no such setting");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", ":1: this is no JSON")]
    [InlineData("{\n\"data\": \"\\ud800\" }", ":2: this is no JSON")]
    [InlineData("{} {}", ":1: this is no JSON")]
    [InlineData("\uFEFF{ \"data\": \"\" }", ":1: data is empty: give the folder's path, or leave it out")]
    [InlineData("{ \"limit\": { \"posts\": [] } }", ":1: limit has to be an object such as ")]
    [InlineData("{ \"limit\": 3 }", ":1: limit has to be an object such as ")]
    [InlineData("null", " cannot be used: it has to be an object: ")]
    public async Task A_file_of_anything_ends_in_a_sentence(string content, string sentence)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("c.json"), content);

        (await RunAsync(Nothing, "config", "show", "--config", folder.File("c.json"))).Failed(2, folder.File("c.json") + sentence);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/dev/zero", "it has more than 1024 KiB")]
    [InlineData("/proc/self", "")]
    public async Task A_file_that_is_none_ends_in_a_sentence(string path, string sentence) =>
        (await RunAsync(Nothing, "config", "show", "--config", path)).Failed(2, $"the configuration {path} cannot be used: {sentence}");

    [Fact(Timeout = 60_000)]
    public async Task The_first_mistake_ends_a_start_and_says_how_many_more_there_are()
    {
        var (exit, error) = await ChatdProcess.RunAsync("--legacy-history", "many", "--limit", "zzz=1", "--tail-bytes", "x");

        Assert.Equal(2, exit);
        Assert.EndsWith("(2 more: chatd config check). See 'chatd --help'.\n", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Settings_that_the_protocol_has_otherwise_are_told_at_the_start()
    {
        using var folder = new TemporaryFolder();
        await using var chatd = await ChatdProcess.StartAsync("--data", folder.Path, "--listen", "tcp://127.0.0.1:0", "--name-held", "2s", "--frame-timeout", "30s");

        await chatd.SaysAsync("this server is for trying out, as the protocol says otherwise: name-held is 2s and not 1d\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_manuals_table_is_what_can_be_set()
    {
        var rows = (await RunAsync(Nothing, "config", "list", "-o", "json")).Done().Objects[0].EnumerateArray()
            .Select(row => (Name: Text(row, "name"), Default: Text(row, "default"), Help: Text(row, "help"), Takes: Text(row, "takes"), Variable: Text(row, "variable"))).ToList();
        var settings = rows.Where(row => !row.Name.StartsWith("limit ", StringComparison.Ordinal))
            .Select(row => $"| `{$"--{row.Name} {row.Takes}".TrimEnd()}` | {row.Default} | {row.Help} |");
        var limits = rows.Where(row => row.Name.StartsWith("limit ", StringComparison.Ordinal)).ToDictionary(row => row.Name[6..], row => row);
        var bounds = limits.Keys.Where(name => !name.Contains(':', StringComparison.Ordinal))
            .Select(name => $"| `{name}` | {limits[name].Help} | {limits[name].Default} | {limits[$"near:{name}"].Default} |");

        Check("settings", settings);
        Check("bounds", bounds);
        Assert.All(rows, row => Assert.Equal($"CHATD_{row.Name.Split(' ')[0].ToUpperInvariant().Replace('-', '_')}", row.Variable));
    }

    /// <summary>The rows of the table behind the mark that names it, below its head. With UPDATE_README=1 in the environment they are made so.</summary>
    private static void Check(string what, IEnumerable<string> rows)
    {
        var manual = File.ReadAllLines(Manual).ToList();
        var first = manual.IndexOf($"<!-- as 'chatd config list' has it: {what} -->") + 3;
        var shown = manual.Skip(first).TakeWhile(line => line.StartsWith('|')).ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            manual.RemoveRange(first, shown.Count);
            manual.InsertRange(first, rows);
            File.WriteAllLines(Manual, manual);
        }
        else
            Assert.Equal(rows, shown);
    }

    private static string Manual => Repository.PathOf("tools", "chatd", "README.md");

    private static Dictionary<string, (string Value, string? From)> Shown(ToolResult result) => result.Done().Objects[0].EnumerateArray()
        .ToDictionary(row => Text(row, "name"), row => (Text(row, "value"), row.GetProperty("from").GetString()));

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static Task<ToolResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        ToolProcess.RunAsync(ChatdProcess.Program, arguments, environment);
}
