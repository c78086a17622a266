namespace ChatProtocol;

/// <summary>The one exception that decoding throws: the peer's bytes break the spec. The connection cannot be used any more.</summary>
public sealed class ProtocolViolation : Exception
{
    /// <summary>Makes the exception for one fault.</summary>
    /// <param name="code">The error to tell the peer before closing.</param>
    /// <param name="field">The field's name in the spec, or <c>frame</c>.</param>
    /// <param name="offset">Bytes from the beginning of the payload.</param>
    /// <param name="message">The fault in words, for people.</param>
    /// <param name="value">The number that the fault is about, such as the limit exceeded; null if there is none.</param>
    public ProtocolViolation(ErrorCode code, string field, long offset, string message, ulong? value = null)
        : base($"{message} (field {field}, byte {offset})")
    {
        Value = value;
        Code = code;
        Field = field;
        Offset = offset;
    }

    /// <summary>The error to tell the peer before closing.</summary>
    public ErrorCode Code { get; }

    /// <summary>The field's name in the spec, or <c>frame</c>.</summary>
    public string Field { get; }

    /// <summary>Bytes from the beginning of the payload.</summary>
    public long Offset { get; }

    /// <summary>The number that the fault is about, such as the limit exceeded; null if there is none.</summary>
    public ulong? Value { get; }
}
