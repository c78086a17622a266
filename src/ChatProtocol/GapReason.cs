namespace ChatProtocol;

/// <summary>Why entries of a room do not come. Values may be added: those that are not known mean that the entries are not there.</summary>
public enum GapReason
{
    /// <summary>They are stored and cannot be read any more. Other entries are whole.</summary>
    Damaged = 0,
    /// <summary>They need not be kept any more, and were removed before this session had them.</summary>
    Expired = 1,
}
