using System.Text;

namespace ChatProtocol.Hub;

/// <summary>The form in which names are compared (CP-NAM-004). Only the server makes it.</summary>
public static class CanonicalName
{
    /// <summary>NFC, lower case, and NFC again, since lowering can denormalise.</summary>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Normalize(NormalizationForm.FormC).ToLowerInvariant().Normalize(NormalizationForm.FormC);
    }

    /// <summary>Whether this process can normalise at all: invariant globalization turns it off without a word.</summary>
    public static bool Works => Of("E\u0301") == "\u00e9";
}
