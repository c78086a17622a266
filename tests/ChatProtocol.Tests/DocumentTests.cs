using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>The documents lead to what there is, and name what is shipped.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Folders = ["spec", "src", "tools", "tests"];
    private static readonly string[] ShippedFolders = ["src", "tools"];
    private static readonly string[] MadeFolders = ["/bin/", "/node_modules/", "/dist/"];

    public static IEnumerable<TheoryDataRow<string>> Documents =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories)))
            .Where(path => !MadeFolders.Any(path.Contains))
            .Select(path => new TheoryDataRow<string>(Path.GetRelativePath(Repository.Root, path)));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_to_a_file_and_a_heading_that_are_there(string document)
    {
        var path = Repository.PathOf(document);
        Assert.All(Link.Matches(WithoutCode(File.ReadAllText(path))), link =>
        {
            var (file, heading) = (link.Groups["file"].Value, link.Groups["heading"].Value);
            var target = file.Length == 0 ? path : Path.GetFullPath(file, Path.GetDirectoryName(path)!);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{document}: there is no {file}");
            Assert.True(heading.Length == 0 || HeadingsOf(target).Contains(heading), $"{document}: {file} has no heading {heading}");
        });
    }

    [Fact]
    public void The_front_page_is_read_in_a_few_minutes() =>
        Assert.InRange(File.ReadAllLines(Repository.PathOf("README.md")).Length, 1, 120);

    /// <summary>Packages that only build and check are not shipped.</summary>
    [Fact]
    public void The_notices_name_each_package_that_is_shipped_and_no_other()
    {
        var shipped = ShippedFolders
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "packages.lock.json", SearchOption.AllDirectories))
            .SelectMany(PackagesOf)
            .Where(package => !package.EndsWith("Analyzers", StringComparison.Ordinal) && package != "Microsoft.NET.ILLink.Tasks")
            .Concat(PackagesOfThePage());

        Assert.Equal(shipped.Order(StringComparer.Ordinal).Distinct(), ValuesOf("Package").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_notices_have_the_text_of_each_license_that_they_name() =>
        Assert.Equal(
            ValuesOf("License").Where(license => license != "public domain").Distinct().Order(StringComparer.Ordinal),
            ValuesOf("License text").Order(StringComparer.Ordinal));

    [Fact]
    public void The_notices_name_the_version_of_Unicode_that_the_tables_are_made_of()
    {
        var generator = File.ReadAllText(Repository.PathOf("src", "ChatProtocol", "Unicode", "generate.py"));
        var (unicode, icu) = (Regex.Match(generator, "VERSION = \"(.+)\"").Groups[1].Value, Regex.Match(generator, "ICU = \"(.+)\"").Groups[1].Value);

        Assert.Contains(ValuesOf("Data"), data => data.Contains($"Database {unicode} ", StringComparison.Ordinal) && data.Contains($"ICU {icu})", StringComparison.Ordinal));
    }

    private static IEnumerable<string> PackagesOf(string lockFile)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(lockFile));
        return [.. from framework in json.RootElement.GetProperty("dependencies").EnumerateObject()
                   from package in framework.Value.EnumerateObject()
                   where package.Value.GetProperty("type").GetString() != "Project"
                   select package.Name];
    }

    /// <summary>Those that are built into the page: what npm's lock file has that is for neither building nor testing, without the links to the tree's own.</summary>
    private static IEnumerable<string> PackagesOfThePage()
    {
        const string Folder = "node_modules/";
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("package-lock.json")));
        return [.. from package in json.RootElement.GetProperty("packages").EnumerateObject()
                   where package.Name.StartsWith(Folder, StringComparison.Ordinal)
                   where !package.Value.TryGetProperty("dev", out _) && !package.Value.TryGetProperty("link", out _)
                   select package.Name[Folder.Length..]];
    }

    private static List<string> ValuesOf(string key) =>
        [.. File.ReadLines(Repository.PathOf("THIRD-PARTY-NOTICES"))
            .Where(line => line.StartsWith($"{key}: ", StringComparison.Ordinal)).Select(line => line[(key.Length + 2)..])];

    private static string WithoutCode(string markdown) => Code.Replace(markdown, "");

    /// <summary>As links name them: small letters, a dash for a blank, nothing but letters, digits and dashes.</summary>
    private static IEnumerable<string> HeadingsOf(string path) =>
        Heading.Matches(WithoutCode(File.ReadAllText(path)))
            .Select(heading => NoLetter.Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?![a-z]+:)(?<file>[^)#\s]*)(#(?<heading>[^)\s]+))?\)")]
    private static partial Regex Link { get; }

    [GeneratedRegex(@"^#+ (.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading { get; }

    [GeneratedRegex(@"[^\p{L}\p{N} -]")]
    private static partial Regex NoLetter { get; }

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`(?!\])", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code { get; }
}
