using System.Xml.Linq;
using Xunit;

namespace ChatProtocol.Tests;

public sealed class HouseTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ChatProtocol"] = [],
        ["ChatProtocol.Hub"] = ["ChatProtocol"],
        ["ChatProtocol.Server"] = ["ChatProtocol.Hub"],
        ["ChatProtocol.Client"] = ["ChatProtocol"],
        ["ChatProtocol.Testing"] = ["ChatProtocol.Client", "ChatProtocol.Hub"],
        ["ChatProtocol.Hosting"] = ["ChatProtocol.Client"],
        ["chatd"] = ["ChatProtocol.Server"],
        ["chat"] = ["ChatProtocol.Client"],
        ["chatctl"] = ["ChatProtocol.Client"],
        ["chatbench"] = ["ChatProtocol.Client"],
        ["bot"] = ["ChatProtocol.Client"],
        ["bridge"] = ["ChatProtocol.Client"],
        ["hosted-service"] = ["ChatProtocol.Hosting"],
        ["shipper"] = ["ChatProtocol.Client"],
        ["tail"] = ["ChatProtocol.Client"],
        ["testing"] = ["ChatProtocol.Testing"],
        ["ChatProtocol.Benchmarks"] = ["ChatProtocol.Client", "ChatProtocol.Server"],
        ["ChatProtocol.Simulation"] = ["ChatProtocol.Hub"],
        ["ChatProtocol.Torture"] = ["ChatProtocol.Client"],
    };

    [Fact]
    public void Projects_reference_each_other_only_along_the_allowed_arrows()
    {
        var projects = Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            // While benchmarks run there is a project of their making among the built files.
            .Where(p => Path.GetFileNameWithoutExtension(p) != "ChatProtocol.Tests" && !p.Contains("/bin/", StringComparison.Ordinal))
            .ToDictionary(p => Path.GetFileNameWithoutExtension(p), References);

        Assert.Equal(Allowed.Keys.Order(), projects.Keys.Order());
        foreach (var (project, references) in projects)
            Assert.Equal(Allowed[project], references);
    }

    [Fact]
    public void The_hub_knows_of_no_gateway()
    {
        string[] words = ["legacy", "whisper", "gateway", "text client", "plain text", "CP-LEG"];
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src/ChatProtocol.Hub"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

        var found = from file in files
                    from line in File.ReadLines(file)
                    where words.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase))
                    select $"{Path.GetFileName(file)}: {line.Trim()}";

        Assert.Empty(found);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
}
