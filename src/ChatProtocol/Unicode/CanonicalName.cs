using System.Text;

namespace ChatProtocol;

/// <summary>The canonical form, in which names are compared (CP-NAM-004). Only the server uses it.</summary>
internal static class CanonicalName
{
    /// <summary>
    /// NFC, lower case, and NFC again, since lower-casing can denormalise; by the library's own tables, so the same on every
    /// machine.
    /// </summary>
    public static string Of(string name) => Ascii.IsValid(name)
        ? name.ToLowerInvariant()
        : Normalization.Nfc(Normalization.Map(Normalization.Nfc(name), Characters.Lower));
}
