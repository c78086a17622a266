namespace ChatProtocol;

/// <summary>The charset of a text client.</summary>
public enum LegacyCharset
{
    /// <summary>GBK: ASCII and the 21,791 pairs of bytes that every decoder of GBK knows.</summary>
    Gbk,

    /// <summary>GB18030: GBK and sequences of four bytes, so that no character is missing.</summary>
    Gb18030,

    /// <summary>UTF-8, for modern text clients: no character is missing.</summary>
    Utf8,
}
