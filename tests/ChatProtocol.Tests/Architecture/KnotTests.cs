using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace ChatProtocol.Tests.Architecture;

/// <summary>
/// Types and folders that all need each other cannot be read, changed or tested one by one. A test that fails here lists the
/// references within the knot, each with a place, so that the reader sees which to cut.
/// </summary>
public sealed class KnotTests
{
    /// <summary>The most types that may refer to each other.</summary>
    private const int MostTypes = 3;

    /// <summary>Errors that the code has only without what generators add: partial members without a body, and what they would assign.</summary>
    private static readonly string[] OfGenerators = ["CS8795", "CS9248", "CS0165", "CS0170"];

    private static readonly ConcurrentDictionary<string, Lazy<(CSharpCompilation Code, List<TypeReference> References)>> Read = new();

    public static IEnumerable<TheoryDataRow<string>> Projects =>
        ProjectSources.Names.Select(project => new TheoryDataRow<string>(project));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_more_than_three_types_of_a_project_refer_to_each_other(string project)
    {
        var types = new Graph();
        foreach (var reference in Sources(project).References)
            types.Add(reference.From, reference.To, Describe(reference.Place));

        Assert.True(!types.HasKnots(MostTypes + 1, out var knots), knots);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_of_a_project_refer_to_each_other(string project)
    {
        var folders = new Graph();
        foreach (var reference in Sources(project).References)
            folders.Add(
                ProjectSources.FolderOf(reference.Place.Path, project), ProjectSources.FolderOf(reference.File, project), $"{Describe(reference.Place)} names {reference.To}");

        Assert.True(!folders.HasKnots(2, out var knots), knots);
    }

    /// <summary>A name that cannot be resolved would be missing among the references.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void All_names_in_a_project_are_resolved(string project)
    {
        Assert.NotEmpty(Sources(project).References);
        Assert.Empty(Sources(project).Code.GetDiagnostics(TestContext.Current.CancellationToken).Where(found => found.Severity == DiagnosticSeverity.Error && !OfGenerators.Contains(found.Id)));
    }

    private static (CSharpCompilation Code, List<TypeReference> References) Sources(string project) => Read.GetOrAdd(project, name => new(() =>
    {
        var code = ProjectSources.Read(name);
        return (code, [.. TypeReference.In(code)]);
    })).Value;

    private static string Describe(FileLinePositionSpan place) =>
        $"{Path.GetRelativePath(Repository.Root, place.Path)}:{place.StartLinePosition.Line + 1}";
}
