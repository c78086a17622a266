namespace ChatProtocol.Torture;

/// <summary>The plan of one cycle: how the server is to end.</summary>
/// <param name="Failpoint">The failpoint at which the server kills itself, as <c>name:times</c>; null for none.</param>
/// <param name="Patience">The time after readiness at which the server is killed at the latest.</param>
/// <param name="EndsWell">Whether the server is stopped in good order instead of killed.</param>
/// <param name="PowerGoes">Whether the power is cut at the kill.</param>
/// <param name="Backup">Whether a backup is made during the cycle.</param>
/// <param name="Restore">Whether the next cycle starts from the backup, if there is one.</param>
internal sealed record CyclePlan(string? Failpoint, TimeSpan Patience, bool EndsWell, bool PowerGoes, bool Backup, bool Restore);
