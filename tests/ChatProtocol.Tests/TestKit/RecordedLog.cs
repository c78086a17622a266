using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>Keeps warnings and errors; each has to be one that the test said it expects.</summary>
internal sealed class RecordedLog : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _entries = new();
    private readonly List<string> _expected = [];

    public void Expect(string part) => _expected.Add(part);

    public bool Has(string part) => Count(part) > 0;

    public int Count(string part) => _entries.Count(entry => entry.Contains(part, StringComparison.Ordinal));

    public void Check()
    {
        Assert.DoesNotContain(_entries, entry => !_expected.Exists(part => entry.Contains(part, StringComparison.Ordinal)));
        Assert.DoesNotContain(_expected, part => !Has(part));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _entries);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> entries) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and < LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Kestrel's timer says so when the machine is busy; that is no fault of the server's.
            if (IsEnabled(logLevel) && eventId.Name != "HeartbeatSlow")
                entries.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
        }
    }
}
