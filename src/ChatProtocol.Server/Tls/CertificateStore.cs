using System.Net.Security;
using Microsoft.Extensions.Logging;

namespace ChatProtocol.Server;

/// <summary>
/// The certificate that the server shows. Its files are looked at every ten seconds: connections made from then on get a new one, those
/// there are live on. Files that cannot be used change nothing (CP-TLS-004), and are complained of when they still cannot at the
/// second look, since the two are not written at one moment. Thread-safe.
/// </summary>
internal sealed partial class CertificateStore : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action<CertificateStore> _changed;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private (DateTime, long, DateTime, long) _stamp;
    private volatile LoadedCertificate _loaded;

    // Whether the last look found files that it could not use, and said nothing yet.
    private bool _isInDoubt;

    /// <param name="files">The files.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Called when there is another certificate, with this.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="ServerException">The files cannot be used.</exception>
    public CertificateStore(CertificateFiles files, TimeProvider time, Action<CertificateStore> changed, ILogger logger)
    {
        _files = files;
        _time = time;
        _changed = changed;
        _logger = logger;
        _stamp = files.Stamp();
        _loaded = files.Load();
        WarnIfExpired();
        _timer = time.CreateTimer(_ => Look(isAsked: false), null, LookInterval, LookInterval);
    }

    public CertificatePin Pin => _loaded.Pin;

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset Expires => _loaded.Own.NotAfter;

    /// <summary>The certificate for a handshake.</summary>
    public SslStreamCertificateContext Context => _loaded.Context;

    /// <summary>Whether the certificate is for a server of this name.</summary>
    public bool IsFor(string name) => _loaded.Own.MatchesHostname(name, allowCommonName: false);

    /// <summary>Takes the files if they have changed.</summary>
    /// <param name="isAsked">Whether somebody asked for it: then they are read whatever they look like, and a mistake is told at once.</param>
    /// <returns>Why the files cannot be used; null if they can, or were not looked at closely.</returns>
    public string? Look(bool isAsked)
    {
        lock (_gate)
        {
            var stamp = _stamp;
            string? complaint = null;
            try
            {
                stamp = _files.Stamp();
                if (stamp == _stamp && !isAsked)
                    return null;
                Take(_files.Load());
            }
            catch (Exception e) when (e is ServerException or IOException or UnauthorizedAccessException)
            {
                if (!isAsked && !_isInDoubt)
                {
                    _isInDoubt = true;
                    return null;
                }
                LogKept(_logger, e.Message);
                complaint = e.Message;
            }
            // Taken again only when it changes once more: a mistake is told once.
            (_stamp, _isInDoubt) = (stamp, false);
            return complaint;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Take(LoadedCertificate next)
    {
        if (next.Own.RawDataMemory.Span.SequenceEqual(_loaded.Own.RawDataMemory.Span))
            return;
        if (next.IsExpiredAt(_time.GetUtcNow()) && !_loaded.IsExpiredAt(_time.GetUtcNow()))
            throw new ServerException($"{_files.Certificate} has expired, on {next.LastDay}");
        // The former is not disposed of: handshakes under way use it.
        _loaded = next;
        LogTaken(_logger, Pin, next.LastDay);
        WarnIfExpired();
        _changed(this);
    }

    private void WarnIfExpired()
    {
        if (_loaded.IsExpiredAt(_time.GetUtcNow()))
            LogExpired(_logger, _files.Certificate, _loaded.LastDay);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "the certificate was replaced: {Pin}, until {Day}")]
    private static partial void LogTaken(ILogger logger, CertificatePin pin, string day);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "the certificate has changed on the disk and cannot be used, so the former is shown on: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "the certificate {File} has expired on {Day}: clients that have not pinned its key refuse it")]
    private static partial void LogExpired(ILogger logger, string file, string day);
}
