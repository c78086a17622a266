namespace ChatProtocol;

/// <summary>Why a message of a plain text client is not delivered to anybody.</summary>
public enum LegacyDoubt
{
    /// <summary>It has three parts or more: two messages may have come as one (CP-LEG-013).</summary>
    ManyParts,

    /// <summary>A part is missing.</summary>
    EmptyPart,

    /// <summary>It stood, without an end of its own, behind a private message, and may belong to it (CP-LEG-014).</summary>
    BehindPrivate,

    /// <summary>It is longer than the limit (CP-LEG-015).</summary>
    TooLong,

    /// <summary>It has signs in it that may be meant for the separator (CP-LEG-060, CP-LEG-061).</summary>
    OtherSigns,
}
