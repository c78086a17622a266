using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The packages, as somebody gets them who has nothing but them.</summary>
[Collection(nameof(PublishingTests))]
public sealed partial class PackingTests
{
    private static readonly string[] Packages = ["ChatProtocol", "ChatProtocol.Client", "ChatProtocol.Hosting", "ChatProtocol.Hub", "ChatProtocol.Testing"];

    private static readonly string[] Kinds = [".nupkg", ".snupkg"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task What_the_packages_show_compiles_and_runs_with_them_alone_and_they_tell_what_they_are()
    {
        using var folder = new TemporaryFolder();
        await Dotnet.RunAsync("pack", Repository.PathOf("ChatProtocol.sln"), "-c", "Release", "--artifacts-path", folder.File("artifacts"), "-o", folder.File("packages"));
        var made = Directory.EnumerateFiles(folder.File("packages")).Select(path => Path.GetFileName(path)!).ToList();

        Assert.Equal(
            Packages.SelectMany(package => Kinds, (package, kind) => package + kind).Order(),
            made.Select(WithoutVersion).Order());
        foreach (var file in made.Where(file => Path.GetExtension(file) == ".nupkg"))
            await CheckAsync(folder.File("packages/" + file));
        await RunProgramAsync(folder);
    }

    private static async Task CheckAsync(string package)
    {
        await using var zip = await ZipFile.OpenReadAsync(package, Stop);
        var files = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("README.md", files);
        Assert.Contains("THIRD-PARTY-NOTICES", files);
        Assert.Contains("icon.png", files);
        using var reader = new StreamReader(await zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync(Stop));
        var manifest = await reader.ReadToEndAsync(Stop);
        Assert.Contains("<license type=\"expression\">MIT</license>", manifest, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", manifest, StringComparison.Ordinal);
        Assert.Contains("<icon>icon.png</icon>", manifest, StringComparison.Ordinal);
        Assert.Contains("<authors>The ChatProtocol authors</authors>", manifest, StringComparison.Ordinal);
        using var library = new MemoryStream();
        await using (var content = await zip.Entries.Single(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).OpenAsync(Stop))
            await content.CopyToAsync(library, Stop);
        Assert.Equal(-1, library.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Repository.Root + "/")));
    }

    /// <summary>
    /// A program of another's, outside of this tree and made of the packages alone: it compiles all that the packages' documentation shows, and runs a
    /// bot on the server in memory.
    /// </summary>
    private static async Task RunProgramAsync(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.File("program"));
        foreach (var (number, shown) in Pages.SelectMany(ExamplesOf).Index())
            await File.WriteAllTextAsync(folder.File($"program/Shown{number}.cs"), CompilableOf(shown, number), Stop);
        await File.WriteAllTextAsync(folder.File("program/Program.cs"), SampleProgram.SourceOf("testing"), Stop);
        await File.WriteAllTextAsync(folder.File("program/program.csproj"),
            $$"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NoWarn>CS1998</NoWarn>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ChatProtocol.Client" Version="*" />
                <PackageReference Include="ChatProtocol.Testing" Version="*" />
                <PackageReference Include="ChatProtocol.Hosting" Version="*" />
                <PackageReference Include="Microsoft.Extensions.Hosting" Version="{{HostingVersion}}" />
              </ItemGroup>
            </Project>
            """, Stop);
        // Into a folder of its own, or the next version of the same number would be that of the first run; what else is needed is on the machine.
        await Dotnet.RunAsync("build", folder.File("program"), "-o", folder.File("built"),
            $"-p:RestoreAdditionalProjectSources={folder.File("packages")}", $"-p:RestorePackagesPath={folder.File("restored")}",
            $"-p:RestoreFallbackFolders={GlobalPackages}");

        await using var program = SampleProgram.StartThis(folder.File("built/program"), folder);
        Assert.Equal("!ping one, pong one, !ping two, pong two\n", (await program.EndAsync()).Done().Output);
    }

    /// <summary>A file of source with a block that a page shows: its types beside a method that has the rest.</summary>
    private static string CompilableOf(string shown, int number)
    {
        var lines = shown.Split('\n').ToLookup(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('(', StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal));
        var body = string.Join('\n', lines[false]);
        var types = TypeDeclaration.Match(body) is { Success: true } first ? body[first.Index..] : "";
        return
            $$"""
            {{string.Join('\n', lines[true].Distinct())}}
            namespace Shown{{number}};
            static class Shown
            {
                static byte[] secret => [];
                static string[] args => [];
                static async System.Threading.Tasks.Task{{(ReturnedValue.IsMatch(body) ? "<int>" : "")}} RunAsync()
                {
            {{body[..^types.Length]}}
                }
            }
            {{types}}
            """;
    }

    /// <summary>The READMEs of the packages and the documentation of the SDK.</summary>
    private static IEnumerable<string> Pages => Packages.Select(package => Repository.PathOf("src", package, "README.md"))
        .Concat(Directory.EnumerateFiles(Repository.PathOf("src", "ChatProtocol.Client", "docs"), "*.md"));

    /// <summary>The blocks of code that a page shows; what the first one uses the others do too.</summary>
    private static IEnumerable<string> ExamplesOf(string page)
    {
        var blocks = File.ReadAllText(page).Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0]).ToList();
        if (blocks.Count == 0)
            return [];
        var uses = string.Concat(blocks[0].Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)).Select(line => line + "\n"));
        return [blocks[0], .. blocks.Skip(1).Select(block => uses + block)];
    }

    /// <summary>The version of the host that the tests have, which therefore is on the machine.</summary>
    private static string HostingVersion => XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
        .Single(package => package.Attribute("Include")!.Value == "Microsoft.Extensions.Hosting").Attribute("Version")!.Value;

    private static string GlobalPackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary><c>A.B.1.2.3.nupkg</c> without its number.</summary>
    private static string WithoutVersion(string file) =>
        string.Concat(Path.GetFileNameWithoutExtension(file).TrimEnd("0123456789.".ToCharArray()), Path.GetExtension(file));

    [GeneratedRegex(@"^(///.*\n)*(public |internal )?(sealed )?(class|record) ", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration { get; }

    [GeneratedRegex(@"^( *return [0-9]|return \w)", RegexOptions.Multiline)]
    private static partial Regex ReturnedValue { get; }
}
