using System.Diagnostics;
using System.Globalization;
using ChatProtocol.Hub;
using ChatProtocol.Server;

namespace ChatProtocol.Benchmarks;

/// <summary>
/// How long a server takes to be ready on a database with so many quiet rooms and users, and how much memory it has then. The
/// database is made as a server makes it, without the years.
/// </summary>
internal static class StartMeasurement
{
    private const ulong FirstRoom = 2;
    private const ulong FirstUser = 100;
    private const int PerCommit = 10_000;

    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <summary>Everybody was here last 40 days ago.</summary>
    private static readonly ulong Time = (ulong)DateTimeOffset.UtcNow.AddDays(-40).ToUnixTimeMilliseconds();

    /// <param name="chatd">The published program.</param>
    /// <param name="count">The number of rooms, and of users.</param>
    /// <param name="starts">The number of starts.</param>
    public static void Run(string chatd, int count, int starts)
    {
        var folder = Directory.CreateTempSubdirectory("chatd-start-").FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            Fill(Path.Combine(folder, "chat.db"), count);
            Say($"{count} rooms and users, {new FileInfo(Path.Combine(folder, "chat.db")).Length >> 20} MB, made in {watch.Elapsed.TotalSeconds:0} s");
            for (var start = 1; start <= starts; start++)
                Measure(chatd, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string chatd, string folder)
    {
        var watch = Stopwatch.StartNew();
        using var server = Process.Start(new ProcessStartInfo(chatd, ["--data", folder, "--listen", "tcp://127.0.0.1:0", "--log-level", "error"]) { RedirectStandardOutput = true })!;
        if (server.StandardOutput.ReadLine()?.StartsWith("chatd ready", StringComparison.Ordinal) != true)
            throw new InvalidOperationException("chatd did not start");
        var ready = watch.ElapsedMilliseconds;
        var (memory, work) = (MemoryOf(server), server.TotalProcessorTime.TotalMilliseconds);
        // A measurement, and no event tells its end: meanwhile the server looks for users to forget.
        Thread.Sleep(Later);
        Say($"ready after {ready} ms, {work:0} of the processor, with {memory} MB; {MemoryOf(server)} MB {Later.TotalSeconds} s later, {server.TotalProcessorTime.TotalSeconds:0.0} CPU seconds");
        server.Kill();
        server.WaitForExit();
    }

    private static long MemoryOf(Process server)
    {
        server.Refresh();
        return server.WorkingSet64 >> 20;
    }

    private static void Fill(string database, int count)
    {
        using var log = DatabaseOpener.Open(database).Writer;
        log.Load();
        for (var done = 0; done < count; done += PerCommit)
        {
            var batch = new LogBatch();
            for (var i = done; i < Math.Min(done + PerCommit, count); i++)
                Add(batch, i);
            log.Write(batch);
            log.CheckpointIfLarge();
        }
        var end = new LogBatch();
        end.Changes.Add(new LogChange.ReserveRooms(FirstRoom + (ulong)count));
        end.Changes.Add(new LogChange.ReservePrincipals(FirstUser + (ulong)count));
        log.Write(end);
    }

    /// <summary>A user with a key, and a room that it has made and said something in.</summary>
    private static void Add(LogBatch batch, int index)
    {
        var (user, room) = (FirstUser + (ulong)index, FirstRoom + (ulong)index);
        var name = $"user-{index.ToString(CultureInfo.InvariantCulture)}";
        var key = new byte[32];
        BitConverter.TryWriteBytes(key, index);
        batch.Changes.Add(new LogChange.KeepPrincipal(new PrincipalRecord(user, name, key, (long)Time, HoldsName: true) { Entries = Array.Empty<byte>(), FirstEntry = (long)Time }));
        batch.Rooms.Add(new RoomRecord(room, RoomKind.Public, $"room-{index.ToString(CultureInfo.InvariantCulture)}", 77, 1, user, 0));
        batch.Segments.Add(new Segment(room, 1, Time, EntryOf(room)));
    }

    private static byte[] EntryOf(ulong room)
    {
        var frame = new FrameBuffer();
        frame.Write(new Message(room, 1, Time, FirstUser, "user", new Text("hello")));
        return frame.ToArray();
    }

    private static void Say(string text) => Console.WriteLine(text);
}
