using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
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

    private static readonly string[] NotYet = ["ChatProtocol.Hub"];

    private static readonly ConcurrentDictionary<string, Lazy<List<TypeReference>>> Found = new();

    public static IEnumerable<TheoryDataRow<string>> Projects =>
        ProjectSources.Names.Except(NotYet).Select(project => new TheoryDataRow<string>(project));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_more_than_three_types_of_a_project_refer_to_each_other(string project)
    {
        var types = new Graph();
        foreach (var reference in ReferencesOf(project))
            types.Add(reference.From, reference.To, Describe(reference.Place));

        Assert.True(!types.HasKnots(MostTypes + 1, out var knots), knots);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_of_a_project_refer_to_each_other(string project)
    {
        var folders = new Graph();
        foreach (var reference in ReferencesOf(project))
            folders.Add(
                ProjectSources.FolderOf(reference.Place.Path, project), ProjectSources.FolderOf(reference.File, project), $"{Describe(reference.Place)} names {reference.To}");

        Assert.True(!folders.HasKnots(2, out var knots), knots);
    }

    private static List<TypeReference> ReferencesOf(string project) =>
        Found.GetOrAdd(project, name => new(() => [.. TypeReference.In(ProjectSources.Read(name))])).Value;

    private static string Describe(FileLinePositionSpan place) =>
        $"{Path.GetRelativePath(Repository.Root, place.Path)}:{place.StartLinePosition.Line + 1}";
}
