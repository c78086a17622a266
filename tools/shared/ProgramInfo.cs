using System.Reflection;

namespace ChatProtocol.Tools;

/// <summary>The program's own name and version.</summary>
internal static class ProgramInfo
{
    private static readonly AssemblyName Self = typeof(ProgramInfo).Assembly.GetName();

    public static string Name => Self.Name!;

    public static string Version => Self.Version!.ToString(3);
}
