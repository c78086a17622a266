namespace ChatProtocol;

/// <summary>What the bytes of a plain text client mean.</summary>
public enum LegacyCharset
{
    /// <summary>GBK: ASCII and 21,791 pairs of bytes, the ones that every decoder of GBK knows.</summary>
    Gbk,

    /// <summary>GB18030: GBK and sequences of four bytes, so that nothing is missing.</summary>
    Gb18030,

    /// <summary>UTF-8, for text clients of today: nothing is missing.</summary>
    Utf8,
}
