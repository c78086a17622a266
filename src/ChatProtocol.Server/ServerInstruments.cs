using System.Diagnostics;
using System.Diagnostics.Metrics;
using ChatProtocol.Hub;

namespace ChatProtocol.Server;

/// <summary>
/// The figures that a server shows, each with its name: those that are observed, beside the histograms of <see cref="ServerMeter"/>. A
/// name does not change once it is released, for dashboards and alerts are made of it. Labels have few values, and none is a user, a room or an address.
/// </summary>
/// <param name="meter">The meter that has the instruments.</param>
internal sealed class ServerInstruments(ServerMeter meter)
{
    private static readonly Lazy<double> ProcessStart = new(() =>
    {
        using var own = Process.GetCurrentProcess();
        return new DateTimeOffset(own.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    });

    public void AddHub(HubFigures hub, string version)
    {
        meter.Gauge("chatd_build_info", "The version of the server, which is 1.", () => [Of(1, "version", version)]);
        meter.Gauge("chatd_sessions", "Sessions that are logged in.", () => hub.Sessions);
        meter.Gauge("chatd_rooms", "Rooms.", () => hub.Rooms);
        meter.Gauge("chatd_queued_bytes", "Bytes that wait to be sent over all connections, counted once a second.", () => hub.QueuedBytes);
        meter.Count("chatd_posts_total", "Posts stored.", () => hub.Posts);
        meter.Count("chatd_entries_sent_total", "Entries sent to members, each member counted.", () => hub.EntriesSent);
        meter.Count("chatd_refusals_total", "Errors that clients were told, by code.",
            () => hub.Refusals.Select(refusal => Of(refusal.Count, "code", InKebabCase(refusal.Code.ToString()))));
        meter.Count("chatd_logins_total", "Logins, by kind of credential and result.", () => hub.Logins.SelectMany(ToMeasurements));
    }

    public void AddConnections(LabelledCounts connections, Listener listener, MemoryBudget budget, Func<int> most)
    {
        meter.Gauge("chatd_connections", "Connections, by transport.", connections.Read);
        meter.Gauge("chatd_connections_limit", "The most connections at once.", () => most());
        meter.Count("chatd_connections_refused_total", "Connections that were turned away because there were too many.", () => listener.TurnedAway);
        meter.Gauge("chatd_buffered_bytes", "Bytes of half frames, unanswered requests and waiting output, of all connections.", () => budget.Held);
    }

    public void AddTls(CertificateStore certificate, TlsHandshakes handshakes)
    {
        meter.Count("chatd_handshakes_total", "TLS handshakes, by result.", handshakes.Results.Read);
        meter.Gauge("chatd_certificate_expiry_timestamp_seconds", "When the certificate for TLS expires, in seconds since 1970.",
            () => certificate.Expires.ToUnixTimeSeconds());
    }

    public void AddDisk(Func<long?> free) => meter.Gauge("chatd_disk_free_bytes", "Bytes free on the disk of the log, as the server counts them.",
        () => free() is { } bytes ? [new Measurement<long>(bytes)] : []);

    /// <summary>The process, by the names that all of Prometheus's own libraries give it.</summary>
    public void AddProcess()
    {
        meter.Gauge("process_resident_memory_bytes", "Resident memory.", () => Environment.WorkingSet);
        meter.Count("process_cpu_seconds_total", "Processor time of user and system.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        meter.Gauge("process_start_time_seconds", "When the process began, in seconds since 1970.", () => ProcessStart.Value);
        meter.Gauge("process_open_fds", "Open file descriptors.", () => DescriptorLimit.CountOpen());
        meter.Gauge("process_max_fds", "The most file descriptors that may be open.", () => DescriptorLimit.Raise());
    }

    private static Measurement<long> Of(long value, string label, string text) => new(value, new KeyValuePair<string, object?>(label, text));

    private static IEnumerable<Measurement<long>> ToMeasurements((CredentialKind Kind, long Accepted, long Refused) logins)
    {
        var kind = new KeyValuePair<string, object?>("kind", InKebabCase(logins.Kind.ToString()));
        yield return new Measurement<long>(logins.Accepted, kind, new("result", "ok"));
        yield return new Measurement<long>(logins.Refused, kind, new("result", "refused"));
    }

    /// <summary>The name that the registries of the spec have for it.</summary>
    private static string InKebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? i == 0 ? $"{char.ToLowerInvariant(c)}" : $"-{char.ToLowerInvariant(c)}" : $"{c}"));
}
