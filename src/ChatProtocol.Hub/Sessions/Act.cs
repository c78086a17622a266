namespace ChatProtocol.Hub;

/// <summary>A request under way that the audit log records: one by the staff, or one that takes somebody of it.</summary>
/// <param name="request">The request's id.</param>
/// <param name="record">The record, as far as it is known when the request comes.</param>
/// <param name="isBounded">Whether it is recorded when it is answered, and only now and then: it changes nothing, or is nobody's of the staff.</param>
/// <param name="answered">Called when the request is answered, with the code of the error that refuses it, or 0.</param>
internal sealed class Act(ulong request, AuditRecord record, bool isBounded, Action<Act, int> answered)
{
    /// <summary>The request's id.</summary>
    public ulong Request => request;

    /// <summary>The record, as far as it is known.</summary>
    public AuditRecord Record { get; private set; } = record;

    /// <summary>Whether it is recorded when it is answered, and only now and then (CP-AUD-004).</summary>
    public bool IsBounded => isBounded;

    /// <summary>Whether the record is in a batch.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Whether the request is answered.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Says what the request changes, before its change is in the batch.</summary>
    /// <param name="was">How it was; empty where there was nothing.</param>
    /// <param name="becomes">How it is behind the change; empty where there is nothing then.</param>
    public void Changes(string was, string becomes) => Record = Record with { Was = was, Is = becomes };

    /// <summary>The request is answered.</summary>
    /// <param name="refusal">The code of the error that refuses it; 0 for none.</param>
    public void Answer(int refusal)
    {
        IsAnswered = true;
        answered(this, refusal);
    }
}
