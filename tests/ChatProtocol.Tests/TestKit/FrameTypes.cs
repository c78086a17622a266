namespace ChatProtocol.Tests;

/// <summary>The types of all frames that the library knows.</summary>
internal static class FrameTypes
{
    public static IReadOnlyDictionary<int, Type> ByCode { get; } = typeof(Frame).Assembly.GetTypes()
        .Where(type => type.IsClass && type.IsAssignableTo(typeof(IKnownFrame)))
        .ToDictionary(type => (int)type.GetProperty(nameof(IKnownFrame.FrameCode))!.GetValue(null)!);
}
