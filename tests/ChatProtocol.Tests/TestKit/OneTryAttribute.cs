using Xunit.v3;

namespace ChatProtocol.Tests;

/// <summary>
/// A test that <c>tests/run.sh</c> does not run again when it fails: what it proves holds each time or not at all. The whole
/// namespace of the hub, which has neither clock nor threads, is treated so.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class OneTryAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [KeyValuePair.Create("tries", "one")];
}
