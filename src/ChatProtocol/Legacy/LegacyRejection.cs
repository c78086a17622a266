namespace ChatProtocol;

/// <summary>Why a message of a text client is not delivered.</summary>
public enum LegacyRejection
{
    /// <summary>The message has three parts or more: two messages may have arrived as one (CP-LEG-013).</summary>
    ManyParts,

    /// <summary>A part of the message is empty.</summary>
    EmptyPart,

    /// <summary>The message followed a private message, no newline ended it, and it may belong to the private one (CP-LEG-014).</summary>
    BehindPrivate,

    /// <summary>The message is longer than the limit (CP-LEG-015).</summary>
    TooLong,

    /// <summary>The message holds signs that may be meant as the separator (CP-LEG-060, CP-LEG-061).</summary>
    OtherSigns,
}
