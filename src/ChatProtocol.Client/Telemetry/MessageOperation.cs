using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ChatProtocol.Client;

/// <summary>One operation on a message, told by an activity and by metrics, if it <see cref="IsObserved"/>.</summary>
internal sealed class MessageOperation
{
    private readonly Activity? _activity;
    private readonly Histogram<double> _duration;
    private readonly long _began = Stopwatch.GetTimestamp();
    private TagList _tags;

    private MessageOperation(string name, ActivityKind kind, Histogram<double> duration, in MessageDestination destination)
    {
        _duration = duration;
        _tags = destination.Tags(name);
        _activity = ChatTelemetry.Activities.StartActivity($"{name} {destination.Label}", kind);
        if (_activity is not { IsAllDataRequested: true })
            return;
        foreach (var (key, value) in _tags)
            _activity.SetTag(key, value);
        _activity.SetTag("messaging.operation.type", name);
        _activity.SetTag("messaging.destination.name", destination.Name);
    }

    /// <summary>Whether anybody listens to what happens to messages.</summary>
    public static bool IsObserved => ChatTelemetry.Activities.HasListeners()
        || ChatTelemetry.Sent.Enabled || ChatTelemetry.OperationDuration.Enabled || ChatTelemetry.ProcessDuration.Enabled;

    /// <summary>Tells of a post, to its acknowledgement.</summary>
    public static async Task<PostReceipt> SendAsync(Task<PostReceipt> posting, MessageDestination destination)
    {
        var operation = new MessageOperation("send", ActivityKind.Producer, ChatTelemetry.OperationDuration, destination);
        try
        {
            var receipt = await posting.ConfigureAwait(false);
            operation.Sent(receipt.Seq is { } seq ? ChatCursor.At(seq, receipt.Epoch) : null, failure: null);
            return receipt;
        }
        catch (Exception e)
        {
            operation.Sent(message: null, e);
            throw;
        }
    }

    /// <summary>Tells of the handling of a message by a bot; within, the activity is the current one.</summary>
    public static async Task ProcessAsync(Func<Task> handle, MessageDestination destination, ChatCursor message)
    {
        var operation = new MessageOperation("process", ActivityKind.Consumer, ChatTelemetry.ProcessDuration, destination);
        operation._activity?.SetTag("messaging.message.id", message.ToString());
        try
        {
            await handle().ConfigureAwait(false);
            operation.End(failure: null);
        }
        catch (Exception e)
        {
            operation.End(e);
            throw;
        }
    }

    private void End(Exception? failure)
    {
        if (failure is not null)
        {
            var kind = KindOf(failure);
            _tags.Add("error.type", kind);
            _activity?.SetTag("error.type", kind).SetStatus(ActivityStatusCode.Error);
        }
        _duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, _tags);
        _activity?.Dispose();
    }

    private void Sent(ChatCursor? message, Exception? failure)
    {
        if (message is not null)
            _activity?.SetTag("messaging.message.id", message.ToString());
        End(failure);
        if (failure is not (ChatException { Outcome: Outcome.NotSent } or CallCanceledException { Outcome: Outcome.NotSent }))
            ChatTelemetry.Sent.Add(1, _tags);
    }

    /// <summary>One of few names: a server may send codes that nobody knows.</summary>
    private static string KindOf(Exception failure) => failure switch
    {
        ChatException { Code: { } code } => Enum.IsDefined(code) ? code.ToString() : "_OTHER",
        ChatException e => e.Failure.ToString(),
        _ => failure.GetType().FullName!,
    };
}
