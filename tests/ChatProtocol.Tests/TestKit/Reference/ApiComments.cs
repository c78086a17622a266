using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ChatProtocol.Tests.Reference;

/// <summary>The documentation comments of some assemblies, as the compiler has written them beside these.</summary>
internal sealed partial class ApiComments
{
    private readonly Dictionary<string, XElement> _members;

    public ApiComments(IEnumerable<Assembly> assemblies) => _members = assemblies
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value);

    public XElement? Of(Type type) => _members.GetValueOrDefault("T:" + type.FullName);

    /// <summary>The comment of a member; of one that inherits it, that of an interface or a base.</summary>
    public XElement? Of(MemberInfo member)
    {
        var found = _members.GetValueOrDefault(IdOf(member));
        if (found?.Element("inheritdoc") is null)
            return found;
        var type = member.DeclaringType!;
        var above = type.GetInterfaces().Append(type.BaseType!).SelectMany(one => one.GetMember(member.Name)).Select(Of).FirstOrDefault(one => one is not null);
        return above is null ? null : new XElement("member", above.Elements(), found.Elements().Where(one => one.Name != "inheritdoc"));
    }

    /// <summary>A part of a comment as Markdown on one line.</summary>
    /// <param name="part">The part; null for none.</param>
    /// <param name="link">Makes the link to what a reference names, by its id.</param>
    public static string Text(XElement? part, Func<string, string> link) => part is null ? "" : Blank.Replace(string.Concat(part.Nodes().Select(node => node switch
    {
        XText text => text.Value.Replace("<", "&lt;", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal),
        XElement { Name.LocalName: "see" or "seealso" } see => see.Attribute("cref") is { } cref ? link(cref.Value) : $"`{see.Attribute("langword")?.Value ?? see.Attribute("href")?.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "paramref" or "typeparamref" } name => $"`{name.Attribute("name")!.Value}`",
        XElement { Name.LocalName: "para" } para => " " + Text(para, link),
        _ => "",
    })), " ").Trim();

    private static string IdOf(MemberInfo member)
    {
        var type = member.DeclaringType!.FullName!.Replace('+', '.');
        return member switch
        {
            FieldInfo => $"F:{type}.{member.Name}",
            EventInfo => $"E:{type}.{member.Name}",
            PropertyInfo property => $"P:{type}.{member.Name}{Parameters(property.GetIndexParameters())}",
            ConstructorInfo made => $"M:{type}.#ctor{Parameters(made.GetParameters())}",
            MethodInfo method => $"M:{type}.{member.Name}{(method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "")}{Parameters(method.GetParameters())}",
            _ => "",
        };
    }

    private static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(one => Id(one.ParameterType)))})";

    private static string Id(Type type)
    {
        if (type.IsByRef)
            return Id(type.GetElementType()!) + "@";
        if (type.IsArray)
            return Id(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return $"``{type.GenericParameterPosition}";
        return type.IsGenericType
            ? $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Id))}}}"
            : type.FullName!.Replace('+', '.');
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank { get; }
}
