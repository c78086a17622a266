using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ChatProtocol.Tests.Reference;

/// <summary>
/// Makes the reference of the packages' public types from what is built: a page for each folder of a project that has some, with every type, its
/// members and what their documentation comments say.
/// </summary>
internal sealed partial class ApiReference
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler makes for every record.
    private static readonly string[] OfRecords = ["Equals", "GetHashCode", "ToString", "<Clone>$", "Deconstruct", "EqualityContract", "PrintMembers"];

    private readonly ApiComments _comments;
    private readonly SortedDictionary<string, List<Type>> _pages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pageOf = [];

    /// <param name="assemblies">The assemblies of the packages.</param>
    /// <param name="isShown">Which of their types are shown.</param>
    public ApiReference(IReadOnlyList<Assembly> assemblies, Func<Type, string, bool> isShown)
    {
        _comments = new ApiComments(assemblies);
        foreach (var assembly in assemblies)
        {
            var folders = FoldersOf(assembly.GetName().Name!);
            foreach (var type in assembly.GetExportedTypes().Where(type => !type.IsNested && !IsMadeByCompiler(type)).OrderBy(type => type.Name, StringComparer.Ordinal))
                if (folders.TryGetValue(type.Name, out var folder) && isShown(type, folder))
                    Add(type, PageOf(assembly.GetName().Name!, folder));
        }
    }

    /// <summary>The pages by their file names.</summary>
    public IEnumerable<(string File, string Text)> Pages()
    {
        yield return ("README.md", Index());
        foreach (var (page, types) in _pages)
            yield return (page + ".md", $"# {TitleOf(page)}\n\n{string.Join('\n', types.Select(Section))}");
    }

    private void Add(Type type, string page)
    {
        if (!_pages.TryGetValue(page, out var types))
            _pages[page] = types = [];
        types.Add(type);
        _pageOf[type.FullName!] = page;
    }

    private string Index()
    {
        var text = new StringBuilder("# API reference\n\nEvery public type of the packages by the folder of its source. Made from the documentation comments by `ApiReferenceTests`; with `UPDATE_README=1` it writes these files.\n");
        foreach (var (page, types) in _pages)
            text.Append(CultureInfo.InvariantCulture, $"\n## [{TitleOf(page)}]({page}.md)\n\n| | |\n|---|---|\n").AppendJoin("", types.Select(type => $"| [{type.Name}]({page}.md#{Anchor(type)}) | {FirstSentence(Text(_comments.Of(type)?.Element("summary"), "README"))} |\n"));
        return text.ToString();
    }

    private string Section(Type type)
    {
        var page = _pageOf[type.FullName!];
        var comment = _comments.Of(type);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"## {type.Name}\n\n```\n{ApiSignature.Of(type)}\n```\n\n");
        foreach (var part in (string[])["summary", "remarks"])
            if (Text(comment?.Element(part), page) is { Length: > 0 } words)
                text.Append(words).Append("\n\n");
        foreach (var member in MembersOf(type))
            AppendMember(text, member, page);
        return text.ToString();
    }

    private void AppendMember(StringBuilder text, MemberInfo member, string page)
    {
        var comment = _comments.Of(member);
        text.Append(CultureInfo.InvariantCulture, $"- `{ApiSignature.Of(member)}`");
        var words = (string[])[Text(comment?.Element("summary"), page), Text(comment?.Element("remarks"), page)];
        text.AppendJoin("", words.Where(one => one.Length > 0).Select((one, place) => (place == 0 ? "  \n  " : " ") + one)).Append('\n');
        foreach (var parameter in comment?.Elements("param") ?? [])
            text.Append(CultureInfo.InvariantCulture, $"  - `{parameter.Attribute("name")!.Value}`: {Text(parameter, page)}\n");
        if (Text(comment?.Element("returns"), page) is { Length: > 0 } returned)
            text.Append(CultureInfo.InvariantCulture, $"  - returns: {returned}\n");
        foreach (var thrown in comment?.Elements("exception") ?? [])
            text.Append(CultureInfo.InvariantCulture, $"  - throws {Link(thrown.Attribute("cref")!.Value, page)}: {Text(thrown, page)}\n");
    }

    private static IEnumerable<MemberInfo> MembersOf(Type type) => type.GetMembers(Own)
        .Where(member => member switch
        {
            MethodInfo method => !method.IsSpecialName && !method.Name.Contains('.', StringComparison.Ordinal) && (!IsNoise(method, type) || method.Name == "ToString" && !method.IsDefined(typeof(CompilerGeneratedAttribute))),
            PropertyInfo property => !OfRecords.Contains(property.Name),
            FieldInfo field => !field.IsSpecialName,
            ConstructorInfo made => made.GetParameters().Length > 0 && !made.IsDefined(typeof(CompilerGeneratedAttribute)),
            EventInfo => true,
            _ => false,
        })
        .OrderBy(member => member.MemberType switch { MemberTypes.Constructor => 0, MemberTypes.Field => 1, MemberTypes.Property => 2, MemberTypes.Event => 3, _ => 4 })
        .ThenBy(member => type.IsEnum && member is FieldInfo field ? Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture) : 0)
        .ThenBy(member => member.Name, StringComparer.Ordinal)
        .ThenBy(member => member.ToString(), StringComparer.Ordinal);

    private static bool IsNoise(MethodInfo method, Type type) => OfRecords.Contains(method.Name) && (ApiSignature.IsRecord(type) || method.GetBaseDefinition().DeclaringType == typeof(object));

    private string Text(XElement? part, string page) => ApiComments.Text(part, id => Link(id, page));

    /// <summary>The link to a type, or to that of a member; what is of others is code.</summary>
    private string Link(string id, string page)
    {
        var name = Arguments.Replace(id[2..], "");
        var shown = id[0] == 'T' ? name : string.Join('.', name.Split('.')[^2..]);
        var type = id[0] == 'T' ? name : name[..name.LastIndexOf('.')];
        shown = Ticks.Replace(id[0] == 'T' ? shown.Split('.')[^1] : shown.Replace(".#ctor", "", StringComparison.Ordinal), "");
        return _pageOf.TryGetValue(type, out var there)
            ? $"[{shown}]({(there == page ? "" : there + ".md")}#{type.Split('.')[^1].ToLowerInvariant()})"
            : $"`{shown}`";
    }

    /// <summary>What stands before the first full stop, colon or semicolon.</summary>
    private static string FirstSentence(string text) => Sentence.Match(text).Value.TrimEnd('.', ':', ';');

    private static string Anchor(Type type) => type.Name.ToLowerInvariant();

    private static string PageOf(string project, string folder) => (project + (folder.Length == 0 ? "" : "." + folder)).ToLowerInvariant().Replace("chatprotocol", "", StringComparison.Ordinal).Trim('.') is { Length: > 0 } page ? page.Replace('.', '-') : "protocol";

    private static string TitleOf(string page) => page == "protocol" ? "The package ChatProtocol"
        : string.Join(", ", page.Split('-').Select((part, place) => place == 0 ? "ChatProtocol." + char.ToUpperInvariant(part[0]) + part[1..] : char.ToUpperInvariant(part[0]) + part[1..]));

    private static bool IsMadeByCompiler(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute));

    /// <summary>The folder of each type of a project, from its sources.</summary>
    private static Dictionary<string, string> FoldersOf(string project)
    {
        var root = Repository.PathOf("src", project);
        var folders = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
            if (Path.GetRelativePath(root, Path.GetDirectoryName(file)!) is var folder && folder.Split('/')[0] is not ("obj" or "bin"))
                foreach (Match type in Declaration.Matches(File.ReadAllText(file)))
                    folders[type.Groups[1].Value] = folder == "." ? "" : folder.Replace('/', '-');
        return folders;
    }

    [GeneratedRegex(@"^public (?:[a-z]+ )*(?:class|record struct|record|struct|enum|interface) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    [GeneratedRegex(@"\(.*\)$")]
    private static partial Regex Arguments { get; }

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Ticks { get; }

    [GeneratedRegex(@"^.*?(?<!\b(?:e\.g|i\.e))[.;:](?=\s|$)|^.+$")]
    private static partial Regex Sentence { get; }
}
