namespace ChatProtocol;

/// <summary>The class of a character in the rules for names; the values are those of the tables' generator.</summary>
internal enum CharacterClass
{
    /// <summary>Cn: no character yet, in the tables' version of Unicode.</summary>
    Unassigned,

    /// <summary>L.</summary>
    Letter,

    /// <summary>M: joins the character before it.</summary>
    Mark,

    /// <summary>N.</summary>
    Number,

    /// <summary>So: emoji and other pictures.</summary>
    Symbol,

    /// <summary>P, and Sc, Sk and Sm.</summary>
    Punctuation,

    /// <summary>C but for Cn, Z, and white space.</summary>
    Control,

    /// <summary>Letters, marks and symbols that are invisible.</summary>
    Invisible,
}
