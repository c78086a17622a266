using System.Text.RegularExpressions;

namespace ChatProtocol.Tests;

/// <summary>The prose of <c>spec/</c>: its requirements, its hex blocks and who cites what.</summary>
internal static partial class SpecText
{
    /// <summary>Every file of the spec in Markdown, by its path within <c>spec/</c>.</summary>
    public static IReadOnlyDictionary<string, string[]> Files { get; } = Directory
        .GetFiles(Repository.PathOf("spec"), "*.md", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(Repository.PathOf("spec"), f), File.ReadAllLines);

    public static IReadOnlyList<Requirement> Requirements { get; } =
    [
        .. from file in Files
           from line in file.Value
           let match = RequirementLine.Match(line)
           where match.Success
           select new Requirement(match.Groups["id"].Value, match.Groups["level"].Value, match.Groups["text"].Value, file.Key),
    ];

    public static IReadOnlyList<HexFrame> HexFrames { get; } = [.. Files.SelectMany(f => FindHexFrames(f.Key, f.Value))];

    /// <summary>Which requirements the sources, tools and tests name, and where.</summary>
    public static ILookup<string, string> Citations { get; } = (
        from file in Sources("src", "tools", "tests")
        from Match id in RequirementId.Matches(File.ReadAllText(file))
        select (Id: id.Value, File: Path.GetRelativePath(Repository.Root, file))).ToLookup(c => c.Id, c => c.File);

    /// <summary>The requirements that a test or a vector says it proves.</summary>
    public static IReadOnlySet<string> Proved { get; } = (
        from file in Sources("tests")
        from Match attribute in Attribute.Matches(File.ReadAllText(file))
        from Match id in RequirementId.Matches(attribute.Value)
        select id.Value).Concat(Vector.Files.SelectMany(Vector.Load).SelectMany(v => v.Reqs)).Concat(LegacyVectors.Proved).Concat(WebSocketVectors.Proved).Concat(NameVector.All.SelectMany(v => v.Reqs)).ToHashSet();

    private static IEnumerable<string> Sources(params string[] folders) => folders
        .Select(f => Repository.PathOf(f)).Where(Directory.Exists)
        .SelectMany(f => Directory.GetFiles(f, "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static IEnumerable<HexFrame> FindHexFrames(string file, string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```hex")
                continue;
            var block = lines.Skip(i + 1).TakeWhile(l => l != "```").ToList();
            var caption = Caption.Match(block[0]);
            yield return new HexFrame($"{file}:{i + 1}", caption.Groups["side"].Value, caption.Groups["name"].Value,
                caption.Groups["value"].Value, string.Concat(block.Skip(1)).Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [GeneratedRegex(@"^- \*\*(?<id>CP-[A-Z]{3}-\d{3})\*\* \((?<level>MUST|MUST NOT|SHOULD|SHOULD NOT|MAY), (server|client|both)\) (?<text>[A-Z`].*\.)$")]
    private static partial Regex RequirementLine { get; }

    [GeneratedRegex(@"CP-[A-Z]{3}-\d{3}")]
    public static partial Regex RequirementId { get; }

    [GeneratedRegex(@"\[Spec\([^\]]*\)")]
    private static partial Regex Attribute { get; }

    [GeneratedRegex(@"^# (?<side>client|server): (?<name>[a-z-]+) (?<value>\{.*\})$")]
    private static partial Regex Caption { get; }

    [GeneratedRegex(@"\b(MUST NOT|MUST|SHALL NOT|SHALL|SHOULD NOT|SHOULD|MAY|REQUIRED|NOT RECOMMENDED|RECOMMENDED|OPTIONAL)\b")]
    public static partial Regex Keyword { get; }
}

/// <summary>One numbered sentence.</summary>
internal sealed record Requirement(string Id, string Level, string Text, string File)
{
    public bool IsMust => Level is "MUST" or "MUST NOT";
}

/// <summary>A frame in bytes and what its caption says that it is.</summary>
internal sealed record HexFrame(string Place, string Side, string Name, string Value, string Hex);
