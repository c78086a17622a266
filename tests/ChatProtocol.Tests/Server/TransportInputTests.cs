using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using ChatProtocol.Server;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ChatProtocol.Tests;

/// <summary>
/// The input of a transport: a socket, read by the loop for all of them and, where there is no epoll, by the runtime's
/// means; or a stream on one. It is the same to whoever reads.
/// </summary>
public sealed class TransportInputTests : IAsyncDisposable
{
    private const string Loop = "read by the loop";
    private const string Runtime = "read by the runtime";
    private const string OverStream = "over a stream";

    private readonly ReadLoop? _loop = ReadLoop.StartIfThereIsEpoll();
    private readonly List<Transport> _accepted = [];
    private readonly List<Socket> _peers = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var accepted in _accepted)
        {
            await accepted.CloseAsync();
        }
        _peers.ForEach(peer => peer.Dispose());
        // What a test read last it may have read in the loop's own thread.
        await Task.Run(() => _loop?.Dispose());
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task What_is_left_over_is_given_again_with_what_follows(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);

        await peer.SendAsync("abcd"u8.ToArray());
        var read = await ReadAsync(input, 4);
        input.AdvanceTo(read.Buffer.GetPosition(3), read.Buffer.End);
        await peer.SendAsync("ef"u8.ToArray());

        Assert.Equal("def"u8.ToArray(), (await ReadAsync(input, 3)).Buffer.ToArray());
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task What_was_not_looked_at_is_given_at_once(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        await peer.SendAsync("abcd"u8.ToArray());

        var read = await ReadAsync(input, 4);
        input.AdvanceTo(read.Buffer.GetPosition(1));
        var again = input.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(again.IsCompleted);
        Assert.Equal("bcd"u8.ToArray(), (await again).Buffer.ToArray());
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task The_end_comes_behind_everything_and_stays(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        await peer.SendAsync("last"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        var got = await ReadToEndAsync(input);

        Assert.Equal("last"u8.ToArray(), got);
        var read = await input.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(read is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task A_cancelled_read_gives_what_there_is_and_the_next_one_waits(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        await peer.SendAsync("ab"u8.ToArray());
        var read = await ReadAsync(input, 2);
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);

        var waiting = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        input.CancelPendingRead();
        read = await waiting;
        Assert.True(read.IsCanceled);
        Assert.Equal("ab"u8.ToArray(), read.Buffer.ToArray());
        input.AdvanceTo(read.Buffer.End);

        waiting = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        await peer.SendAsync("c"u8.ToArray());
        Assert.Equal("c"u8.ToArray(), (await waiting).Buffer.ToArray());
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task Cancelling_while_nobody_reads_is_for_the_next_read(string carrier)
    {
        var (input, _) = await ConnectAsync(carrier);

        input.CancelPendingRead();
        var read = await input.ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(read.IsCanceled);
        var pieces = 0;
        foreach (var _ in read.Buffer)
            pieces++;
        Assert.Equal(0, pieces);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task A_read_whose_time_is_over_takes_nothing(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        using var late = new CancellationTokenSource();

        var waiting = input.ReadAsync(late.Token).AsTask();
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => input.ReadAsync(late.Token).AsTask());
        await peer.SendAsync("ab"u8.ToArray());

        Assert.Equal("ab"u8.ToArray(), (await ReadAsync(input, 2)).Buffer.ToArray());
    }

    [Spec("CP-TRA-020")]
    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task A_reset_is_an_end(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        var waiting = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        Reset(peer);

        Assert.True(await waiting is { IsCompleted: true, Buffer.IsEmpty: true });
    }

    [Spec("CP-TRA-020")]
    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task What_came_before_a_reset_is_given_whether_it_was_looked_at_before_or_not(string carrier)
    {
        var (input, peer) = await ConnectAsync(carrier);
        await peer.SendAsync("last "u8.ToArray());
        var read = await ReadAsync(input, 5);
        input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        await peer.SendAsync("words"u8.ToArray());
        // As a server that says something meanwhile: the failure is the write's.
        Reset(peer);
        await Record.ExceptionAsync(() => _accepted.Single().ToStream().WriteAsync("welcome"u8.ToArray(), TestContext.Current.CancellationToken).AsTask());

        Assert.Equal("last words"u8.ToArray(), await ReadToEndAsync(input));
    }

    [Spec("CP-TRA-021")]
    [Fact(Timeout = 20_000)]
    public async Task Nobody_is_silent_whose_words_lie_in_the_kernel_while_the_loop_is_late()
    {
        var time = new FakeTimeProvider();
        var (busy, busyPeer) = await ConnectAsync(Loop);
        var (_, peer) = await ConnectAsync(Loop);
        var accepted = _accepted[^1];
        using var isHeld = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holding = HoldUpAsync();
        var protocol = ProtocolSignature.DetectAsync(accepted, ProtocolSignature.Patience, time, TestContext.Current.CancellationToken);

        await busyPeer.SendAsync("x"u8.ToArray());
        isHeld.Wait(TestContext.Current.CancellationToken);
        await peer.SendAsync("hi"u8.ToArray());
        time.Advance(ProtocolSignature.Patience);
        Assert.False(protocol.IsCompleted);
        release.Set();

        Assert.Equal(DetectedProtocol.LegacyText, await protocol);
        await holding;

        async Task HoldUpAsync()
        {
            var read = await busy.ReadAsync(TestContext.Current.CancellationToken);
            // In the loop's own thread.
            isHeld.Set();
            release.Wait(TestContext.Current.CancellationToken);
            busy.AdvanceTo(read.Buffer.End);
        }
    }

    [Spec("CP-TRA-021")]
    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task Whoever_says_nothing_in_time_is_silent(string carrier)
    {
        var time = new FakeTimeProvider();
        await ConnectAsync(carrier);
        var protocol = ProtocolSignature.DetectAsync(_accepted.Single(), ProtocolSignature.Patience, time, TestContext.Current.CancellationToken);

        time.Advance(ProtocolSignature.Patience);

        Assert.Equal(DetectedProtocol.Silence, await protocol);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task Who_waits_is_told_that_this_side_was_closed(string carrier)
    {
        var (input, _) = await ConnectAsync(carrier);
        var waiting = input.ReadAsync(TestContext.Current.CancellationToken).AsTask();

        _accepted.Single().Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        Assert.True(waiting.Exception!.InnerException is IOException or ObjectDisposedException, waiting.Exception.ToString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Loop)]
    [InlineData(Runtime)]
    [InlineData(OverStream)]
    public async Task Many_that_read_by_turns_get_each_its_own_whatever_they_take_and_however_late(string carrier)
    {
        await Task.WhenAll(Enumerable.Range(1, 16).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            var sent = new byte[600_000];
            random.NextBytes(sent);
            var (input, peer) = await ConnectAsync(carrier);
            var sending = SendInPiecesAsync(peer, sent, new Random(-seed));

            var got = new ArrayBufferWriter<byte>(sent.Length);
            while (true)
            {
                var read = await input.ReadAsync(TestContext.Current.CancellationToken);
                // Some take longer than until the thread that reads goes on to the next.
                if (random.Next(4) == 0)
                    await Task.Yield();
                // Some want more before they take anything, up to what is more than one buffer.
                var isEnough = read.IsCompleted || read.Buffer.Length > random.Next(200_000);
                var taken = read.Buffer.Slice(0, isEnough ? random.NextInt64(read.Buffer.Length + 1) : 0);
                foreach (var piece in taken)
                    got.Write(piece.Span);
                var isOver = read.IsCompleted && taken.Length == read.Buffer.Length;
                input.AdvanceTo(taken.End, random.Next(2) == 0 && !read.IsCompleted ? read.Buffer.End : taken.End);
                if (isOver)
                    break;
            }
            await sending;

            Assert.True(got.WrittenSpan.SequenceEqual(sent), $"seed {seed}");
        })));
    }

    private static void Reset(Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
    }

    private static async Task SendInPiecesAsync(Socket peer, byte[] bytes, Random random)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 1 << random.Next(1, 18)), bytes.Length - at);
            at += await peer.SendAsync(bytes.AsMemory(at, length));
        }
        peer.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads until there are so many bytes, without taking any.</summary>
    private static async Task<ReadResult> ReadAsync(PipeReader input, int bytes)
    {
        while (true)
        {
            var read = await input.ReadAsync(TestContext.Current.CancellationToken);
            if (read.Buffer.Length >= bytes)
                return read;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader input)
    {
        while (true)
        {
            var read = await input.ReadAsync(TestContext.Current.CancellationToken);
            if (read.IsCompleted)
            {
                var all = read.Buffer.ToArray();
                input.AdvanceTo(read.Buffer.End);
                return all;
            }
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task<(PipeReader Input, Socket Peer)> ConnectAsync(string carrier)
    {
        Assert.SkipWhen(carrier == Loop && _loop is null, "there is no epoll here");
        using var listening = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listening.Listen();
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await peer.ConnectAsync(listening.LocalEndPoint!);
        var socket = new SocketTransport(await listening.AcceptAsync(), carrier == Runtime ? null : _loop);
        Transport accepted = carrier == OverStream ? new StreamTransport(socket.ToStream(), socket, isEncrypted: false) : socket;
        lock (_accepted)
        {
            _accepted.Add(accepted);
            _peers.Add(peer);
        }
        return (accepted.Input, peer);
    }
}
