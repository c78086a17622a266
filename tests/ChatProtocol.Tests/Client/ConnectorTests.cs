using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ChatProtocol.Client;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests.Client;

/// <summary>A host with several addresses, some of which take a connection and then say nothing, as a proxy does.</summary>
public sealed class ConnectorTests : IDisposable
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly List<TcpListener> _listeners = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    [Fact(Timeout = 10_000)]
    public async Task Each_silent_address_has_an_equal_share_of_what_is_left_and_the_last_all_of_it()
    {
        var (first, second, last) = (Listen(), Listen(), Listen());
        var entered = new Entered(_time);
        var connecting = ConnectAsync(entered, first, second, last);

        Assert.Equal((first, TimeSpan.Zero), await entered.NextAsync());
        _time.Advance(AtMost / 3 - TimeSpan.FromMilliseconds(1));
        Assert.False(entered.IsCancelled);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(second, (await entered.NextAsync()).EndPoint);
        _time.Advance(AtMost / 3 - TimeSpan.FromMilliseconds(10));
        Assert.False(entered.IsCancelled);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(last, (await entered.NextAsync()).EndPoint);
        // Nobody comes behind it.
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(entered.IsCancelled);
        entered.Answer();

        Assert.Equal(last, await connecting);
    }

    [Fact(Timeout = 10_000)]
    public async Task Time_that_an_address_did_not_need_is_left_to_the_others()
    {
        var (first, second, last) = (Listen(), Listen(), Listen());
        var entered = new Entered(_time);
        var connecting = ConnectAsync(entered, first, second, last);

        await entered.NextAsync();
        entered.Fail(new ChatException(ChatFailure.NotAChatServer, "a web server"));
        Assert.Equal((second, TimeSpan.Zero), await entered.NextAsync());
        _time.Advance(AtMost / 2 - TimeSpan.FromMilliseconds(1));
        Assert.False(entered.IsCancelled);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(last, (await entered.NextAsync()).EndPoint);
        entered.Answer();

        Assert.Equal(last, await connecting);
    }

    [Fact(Timeout = 10_000)]
    public async Task If_nobody_can_be_reached_behind_a_silent_address_the_silence_is_what_is_told()
    {
        var (silent, nobody) = (Listen(), Listen());
        _listeners[1].Stop();
        var entered = new Entered(_time);
        var connecting = ConnectAsync(entered, silent, nobody);

        await entered.NextAsync();
        _time.Advance(AtMost / 2 + TimeSpan.FromMilliseconds(1));

        var e = await Assert.ThrowsAsync<ChatException>(() => connecting);
        Assert.Equal((ChatFailure.TimedOut, Outcome.NotSent, true), (e.Failure, e.Outcome, e.MayRetry));
        Assert.Equal($"nobody answered at {silent} within 5 s", e.Message);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_server_that_refuses_is_not_passed_by()
    {
        var (first, last) = (Listen(), Listen());
        var entered = new Entered(_time);
        var connecting = ConnectAsync(entered, first, last);

        await entered.NextAsync();
        entered.Fail(ChatException.Refused(ErrorCode.NameTaken, "ann is taken"));

        Assert.Equal(ErrorCode.NameTaken, (await Assert.ThrowsAsync<ChatException>(() => connecting)).Code);
    }

    private IPEndPoint Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private Task<EndPoint> ConnectAsync(Entered entered, params EndPoint[] endpoints) =>
        Connector.EnterAnyAsync([.. endpoints], AtMost, _time, entered.EnterAsync, Stop);

    /// <summary>The sockets that were connected: each waits until the test answers, or its time is over.</summary>
    private sealed class Entered(FakeTimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();
        private readonly Channel<EndPoint> _entered = Channel.CreateUnbounded<EndPoint>();
        private TaskCompletionSource _answer = new();
        private CancellationToken _stop;

        public bool IsCancelled => _stop.IsCancellationRequested;

        public async Task<(EndPoint EndPoint, TimeSpan When)> NextAsync() => (await _entered.Reader.ReadAsync(Stop), time.GetElapsedTime(_began));

        public void Answer() => _answer.SetResult();

        public void Fail(ChatException failure) => _answer.SetException(failure);

        public async Task<EndPoint> EnterAsync(Socket socket, CancellationToken stop)
        {
            using (socket)
            {
                var endpoint = socket.RemoteEndPoint!;
                (_stop, _answer) = (stop, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                await _entered.Writer.WriteAsync(endpoint, Stop);
                await _answer.Task.WaitAsync(stop);
                return endpoint;
            }
        }
    }
}
