using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>What a program logs about clients and bots.</summary>
internal sealed class LoggedEvents : ILoggerProvider
{
    private readonly Channel<LoggedEvent> _new = Channel.CreateUnbounded<LoggedEvent>();
    private readonly ConcurrentQueue<LoggedEvent> _all = new();

    public IReadOnlyCollection<LoggedEvent> All => _all;

    /// <summary>Everything that was logged, in any category.</summary>
    public string Text => string.Join('\n', _all.Select(one => $"{one.Category} {one.Id} {one.Message} {one.Exception}"));

    /// <summary>Waits for the next event of that id from a client or a bot.</summary>
    public async Task<LoggedEvent> WaitForAsync(int id)
    {
        await foreach (var logged in _new.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
            if (logged.Id == id && logged.Category.StartsWith("ChatProtocol.", StringComparison.Ordinal))
                return logged;
        throw new InvalidOperationException("the log has ended");
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LoggedEvents events, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var logged = new LoggedEvent(category, eventId.Id, logLevel, formatter(state, exception), exception);
            events._all.Enqueue(logged);
            events._new.Writer.TryWrite(logged);
        }
    }
}

internal sealed record LoggedEvent(string Category, int Id, LogLevel Level, string Message, Exception? Exception);
