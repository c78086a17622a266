using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChatProtocol.Client;

/// <summary>
/// The SDK's traces and metrics: <c>AddSource</c> and <c>AddMeter</c> of OpenTelemetry, or a listener of
/// System.Diagnostics, take the names. Names and attributes are those of OpenTelemetry's conventions for messaging. No text is told, and
/// without a listener it costs nothing.
/// </summary>
public static class ChatTelemetry
{
    /// <summary>The activities: <c>send ROOM</c> for each post and <c>process ROOM</c> for each message that a bot handles.</summary>
    public const string ActivitySourceName = "ChatProtocol.Client";

    /// <summary>The metrics: messages sent and consumed, the time that it took, connections and reconnects.</summary>
    public const string MeterName = "ChatProtocol.Client";

    // The conventions' buckets for messaging, in seconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private static readonly string? Version = typeof(ChatTelemetry).Assembly.GetName().Version?.ToString(3);

    private static readonly Meter Meter = new(MeterName, Version);

    internal static ActivitySource Activities { get; } = new(ActivitySourceName, Version);

    internal static Counter<long> Sent { get; } = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Messages that were sent to the server.");

    internal static Counter<long> Consumed { get; } = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Messages that were given to the program.");

    internal static Histogram<double> OperationDuration { get; } = Meter.CreateHistogram(
        "messaging.client.operation.duration", "s", "The time from a post to its acknowledgement.", tags: null, Seconds);

    internal static Histogram<double> ProcessDuration { get; } = Meter.CreateHistogram(
        "messaging.process.duration", "s", "The time for which a bot handled a message.", tags: null, Seconds);

    internal static UpDownCounter<long> Connections { get; } = Meter.CreateUpDownCounter<long>(
        "chat.client.connections", "{connection}", "Connections of clients that are logged in.");

    internal static Counter<long> Reconnects { get; } = Meter.CreateCounter<long>(
        "chat.client.reconnects", "{reconnect}", "Lost connections that were made again.");
}
