using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

namespace ChatProtocol.Tests.EndToEnd;

/// <summary>The packages, as somebody gets them who has nothing but them.</summary>
[Collection(nameof(PublishingTests))]
public sealed class PackingTests
{
    private static readonly string[] Packages = ["ChatProtocol", "ChatProtocol.Client", "ChatProtocol.Hosting", "ChatProtocol.Hub", "ChatProtocol.Testing"];

    private static readonly string[] Kinds = [".nupkg", ".snupkg"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task What_the_packages_show_compiles_with_them_alone_and_they_tell_what_they_are()
    {
        using var folder = new TemporaryFolder();
        await Dotnet.RunAsync("pack", Repository.PathOf("ChatProtocol.sln"), "-c", "Release", "--artifacts-path", folder.File("artifacts"), "-o", folder.File("packages"));
        var made = Directory.EnumerateFiles(folder.File("packages")).Select(path => Path.GetFileName(path)!).ToList();

        Assert.Equal(
            Packages.SelectMany(package => Kinds, (package, kind) => package + kind).Order(),
            made.Select(WithoutVersion).Order());
        foreach (var file in made.Where(file => Path.GetExtension(file) == ".nupkg"))
            await CheckAsync(folder.File("packages/" + file));
        await CompileAsync(folder);
    }

    private static async Task CheckAsync(string package)
    {
        await using var zip = await ZipFile.OpenReadAsync(package, Stop);
        var files = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("README.md", files);
        Assert.Contains("THIRD-PARTY-NOTICES", files);
        using var reader = new StreamReader(await zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync(Stop));
        var manifest = await reader.ReadToEndAsync(Stop);
        Assert.Contains("<license type=\"expression\">MIT</license>", manifest, StringComparison.Ordinal);
        Assert.Contains("<authors>The ChatProtocol authors</authors>", manifest, StringComparison.Ordinal);
        using var library = new MemoryStream();
        await using (var content = await zip.Entries.Single(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).OpenAsync(Stop))
            await content.CopyToAsync(library, Stop);
        Assert.Equal(-1, library.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Repository.Root + "/")));
    }

    /// <summary>A program of another's, made of what each package's README shows.</summary>
    private static async Task CompileAsync(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.File("program"));
        var number = 0;
        foreach (var shown in Packages.SelectMany(ExamplesOf))
        {
            var lines = shown.Split('\n').ToLookup(line => line.StartsWith("using ", StringComparison.Ordinal));
            number++;
            await File.WriteAllTextAsync(folder.File($"program/Shown{number}.cs"),
                $$"""
                {{string.Join('\n', lines[true])}}
                static class Shown{{number}}
                {
                    static async System.Threading.Tasks.Task RunAsync(byte[] secret)
                    {
                {{string.Join('\n', lines[false])}}
                    }
                }
                """, Stop);
        }
        await File.WriteAllTextAsync(folder.File("program/program.csproj"),
            $$"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
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
        await Dotnet.RunAsync("build", folder.File("program"),
            $"-p:RestoreAdditionalProjectSources={folder.File("packages")}", $"-p:RestorePackagesPath={folder.File("restored")}",
            $"-p:RestoreFallbackFolders={GlobalPackages}");
    }

    /// <summary>The blocks of code that a package's README shows; what the first one uses the others do too.</summary>
    private static IEnumerable<string> ExamplesOf(string package)
    {
        var blocks = File.ReadAllText(Repository.PathOf("src", package, "README.md")).Split("```csharp\n").Skip(1).Select(block => block.Split("```")[0]).ToList();
        if (blocks.Count == 0)
            return [];
        var uses = string.Concat(blocks[0].Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal)).Select(line => line + "\n"));
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
}
