using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChatProtocol.Tests.Architecture;

/// <summary>A place in the code where one type names another, or a member of it. Nested types count as the outermost one around them.</summary>
/// <param name="From">The type that the code belongs to.</param>
/// <param name="To">The type that is named.</param>
/// <param name="File">The file that declares what is named.</param>
/// <param name="Place">The place of the name.</param>
internal sealed record TypeReference(string From, string To, string File, FileLinePositionSpan Place)
{
    /// <summary>All references between the types of one project.</summary>
    public static IEnumerable<TypeReference> In(CSharpCompilation project) =>
        from tree in project.SyntaxTrees
        let model = project.GetSemanticModel(tree)
        from name in tree.GetRoot().DescendantNodes(node => !IsNameOf(node)).Where(node => node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax)
        let symbol = model.GetSymbolInfo(name).Symbol
        let target = TypeOf(symbol)
        where target is not null && SymbolEqualityComparer.Default.Equals(target.ContainingAssembly, project.Assembly)
        let source = OwnerOf(name, model)
        where source is not null && !SymbolEqualityComparer.Default.Equals(source, target)
        select new TypeReference(Describe(source), Describe(target), DeclarationOf(symbol!, tree.FilePath), tree.GetLineSpan(name.Span));

    /// <summary>There a name is only text, as in a message.</summary>
    private static bool IsNameOf(SyntaxNode node) =>
        node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } };

    /// <summary>The type that the code belongs to; for the statements of a program without one, the one that the compiler makes.</summary>
    private static INamedTypeSymbol? OwnerOf(SyntaxNode node, SemanticModel model) =>
        node.Ancestors().LastOrDefault(one => one is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax) is { } declaration
            ? (INamedTypeSymbol?)model.GetDeclaredSymbol(declaration)
            : model.GetEnclosingSymbol(node.SpanStart)?.ContainingType;

    /// <summary>The type that a symbol is, or that it is a member of.</summary>
    private static INamedTypeSymbol? TypeOf(ISymbol? symbol)
    {
        var type = symbol as INamedTypeSymbol ?? (symbol is IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol ? symbol.ContainingType : null);
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    private static string Describe(INamedTypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The file that declares a symbol; of a type in several files the one in the same folder, if there is one.</summary>
    private static string DeclarationOf(ISymbol symbol, string from) => symbol.OriginalDefinition.Locations
        .Select(location => location.SourceTree!.FilePath)
        .OrderByDescending(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(from))
        .First();
}
