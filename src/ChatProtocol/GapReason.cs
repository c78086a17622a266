namespace ChatProtocol;

/// <summary>Why entries of a room are missing. Values may be added: an unknown one means only that the entries are missing.</summary>
public enum GapReason
{
    /// <summary>The stored entries are damaged and cannot be read. Other entries are whole.</summary>
    Damaged = 0,
    /// <summary>The entries have expired and were removed before this session received them.</summary>
    Expired = 1,
}
