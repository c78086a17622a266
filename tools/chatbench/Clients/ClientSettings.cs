using System.Globalization;

namespace ChatProtocol.Tools;

/// <summary>The settings that all clients of one measurement share.</summary>
/// <param name="Loop">The event loop that serves them.</param>
/// <param name="Address">The server's address.</param>
/// <param name="Room">The room of the measurement.</param>
/// <param name="Run">The beginning of their names.</param>
/// <param name="Key">The guest key that holds their names.</param>
internal sealed record ClientSettings(EventLoop Loop, ServerAddress Address, string Room, string Run, ReadOnlyMemory<byte> Key)
{
    public string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{Run}-{number}");
}
