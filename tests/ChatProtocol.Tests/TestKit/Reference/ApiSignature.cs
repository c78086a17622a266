using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ChatProtocol.Tests.Reference;

/// <summary>How types and members are declared in C#, without what a reader of a reference does not need.</summary>
internal static class ApiSignature
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static string Of(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface"
            : IsRecord(type) ? type.IsValueType ? "readonly record struct" : "record"
            : type.IsValueType ? "readonly struct" : "class";
        var modifier = type.IsAbstract && type.IsSealed ? "static " : type.IsInterface || type.IsValueType ? "" : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var bases = new[] { type.BaseType }.Where(one => one is not null && one != typeof(object) && one != typeof(ValueType) && one != typeof(Enum)).Select(one => one!)
            .Concat(type.GetInterfaces().Where(one => one == typeof(IAsyncDisposable) || one == typeof(IDisposable) || one.Namespace!.StartsWith("ChatProtocol", StringComparison.Ordinal)))
            .Select(Name).Distinct().ToList();
        return $"public {modifier}{kind} {type.Name}{(bases.Count > 0 && !type.IsEnum ? " : " + string.Join(", ", bases) : "")}";
    }

    public static string Of(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true, DeclaringType.IsEnum: true } field => $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
        FieldInfo field => $"{(field.IsLiteral ? "const" : "static readonly")} {Name(field.FieldType)} {field.Name}{(field.IsLiteral ? " = " + Literal(field.GetRawConstantValue()) : "")}",
        PropertyInfo property => Property(property),
        EventInfo { Name: var name } one => $"event {Name(Nullability.Create(one))} {name}",
        ConstructorInfo made => $"{made.DeclaringType!.Name}({Parameters(made)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(Nullability.Create(method.ReturnParameter))} {method.Name}{Generics(method)}({Parameters(method)})",
        _ => throw new ArgumentException($"{member} is no member of a kind that is known.", nameof(member)),
    };

    public static bool IsRecord(Type type) => type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;

    public static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Name(value) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        return type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
    }

    private static string Name(NullabilityInfo info)
    {
        var (type, mark) = (info.Type, info.ReadState == NullabilityState.Nullable && !info.Type.IsValueType ? "?" : "");
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (info.ElementType is { } element)
            return $"{Name(element)}[]{mark}";
        if (!type.IsGenericType || Nullable.GetUnderlyingType(type) is not null)
            return Name(type) + mark;
        return $"{type.Name.Split('`')[0]}<{string.Join(", ", info.GenericTypeArguments.Select(Name))}>{mark}";
    }

    private static string Property(PropertyInfo property)
    {
        var accessor = (property.GetMethod ?? property.SetMethod)!;
        var setter = property.SetMethod is not { IsPublic: true } set ? ""
            : set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";
        var name = property.GetIndexParameters() is [var index] ? $"this[{Name(index.ParameterType)} {index.Name}]" : property.Name;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{required}{(accessor.IsStatic ? "static " : "")}{Name(Nullability.Create(property))} {name} {{ get;{setter} }}";
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(one => one.Name))}>" : "";

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select((one, place) =>
            $"{(isExtension && place == 0 ? "this " : "")}{(one.IsOut ? "out " : "")}{Name(Nullability.Create(one))} {one.Name}{(one.HasDefaultValue ? " = " + Default(one) : "")}"));
    }

    private static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null when parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null => "default",
        var value when parameter.ParameterType.IsEnum => $"{parameter.ParameterType.Name}.{Enum.ToObject(parameter.ParameterType, value!)}",
        var value => Literal(value),
    };

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool isTrue => isTrue ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
