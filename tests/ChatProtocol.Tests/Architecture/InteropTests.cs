using Xunit;

namespace ChatProtocol.Tests.Architecture;

public sealed class InteropTests
{
    private static readonly string[] Folders = ["src", "tools"];

    /// <summary>So that a reader finds in one place what a project asks of the system.</summary>
    [Fact]
    public void The_calls_of_native_code_stand_in_one_file_of_each_project() => Assert.All(
        Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && HasImport(File.ReadAllText(file)))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .GroupBy(file => string.Join('/', file.Split('/').Take(2))),
        project => Assert.Equal("LibC.cs", Path.GetFileName(Assert.Single(project))));

    private static bool HasImport(string code) =>
        code.Contains("[LibraryImport(", StringComparison.Ordinal) || code.Contains("[DllImport(", StringComparison.Ordinal);
}
