namespace ChatProtocol;

/// <summary>What a character is to a name; the numbers are those of the tables' generator.</summary>
internal enum CharacterClass
{
    /// <summary>Cn: no character yet, in the tables' version of Unicode.</summary>
    Unassigned,

    /// <summary>L.</summary>
    Letter,

    /// <summary>M: joins what stands before it.</summary>
    Mark,

    /// <summary>N.</summary>
    Number,

    /// <summary>So: emoji and other pictures.</summary>
    Symbol,

    /// <summary>P, and Sc, Sk and Sm.</summary>
    Punctuation,

    /// <summary>C but for Cn, Z, and white space.</summary>
    Control,

    /// <summary>Letters, marks and symbols of which nothing is to be seen.</summary>
    Invisible,
}
