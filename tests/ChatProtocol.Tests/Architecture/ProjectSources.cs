using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace ChatProtocol.Tests.Architecture;

/// <summary>The sources of the projects that are shipped, read as the compiler reads them.</summary>
internal static class ProjectSources
{
    /// <summary>The usings that the SDK adds to each file.</summary>
    private const string ImplicitUsings =
        """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.None);

    /// <summary>The assemblies that the tests run with: those of all projects, their packages and the framework.</summary>
    private static readonly Lazy<Dictionary<string, MetadataReference>> Assemblies = new(() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .DistinctBy(file => Path.GetFileNameWithoutExtension(file))
        .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => (MetadataReference)MetadataReference.CreateFromFile(file)));

    /// <summary>The projects by their names.</summary>
    private static readonly Dictionary<string, string> Projects = new[] { "src", "tools" }
        .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.csproj", SearchOption.AllDirectories))
        .ToDictionary(project => Path.GetFileNameWithoutExtension(project), project => Path.GetDirectoryName(project)!);

    public static IEnumerable<string> Names => Projects.Keys.Order(StringComparer.Ordinal);

    /// <summary>The folder of a project's file, from the project's own.</summary>
    public static string FolderOf(string file, string project) => Path.GetRelativePath(Projects[project], Path.GetDirectoryName(file)!);

    /// <summary>Reads a project's sources. What generators add to them is missing.</summary>
    public static CSharpCompilation Read(string project) => CSharpCompilation.Create(
        project,
        [.. FilesOf(project).Select(file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file)), Options, file)),
            CSharpSyntaxTree.ParseText(ImplicitUsings, Options)],
        Assemblies.Value.Where(assembly => assembly.Key != project).Select(assembly => assembly.Value),
        new CSharpCompilationOptions(
            File.Exists(Path.Combine(Projects[project], "Program.cs")) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, metadataImportOptions: MetadataImportOptions.Internal));

    /// <summary>The files of a project: its own, and those that all programs share.</summary>
    public static IEnumerable<string> FilesOf(string project)
    {
        var folder = Projects[project];
        var shared = Repository.PathOf("tools", "shared");
        var own = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
        if (Path.GetDirectoryName(folder) != Path.GetDirectoryName(shared))
            return own;
        var isClient = File.ReadAllText(Path.Combine(folder, $"{project}.csproj")).Contains("shared/client/", StringComparison.Ordinal);
        return own.Concat(Directory.EnumerateFiles(shared, "*.cs", isClient ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly));
    }
}
