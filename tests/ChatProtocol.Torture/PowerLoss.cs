using System.Buffers.Binary;
using System.Diagnostics;

namespace ChatProtocol.Torture;

/// <summary>
/// Simulates a power cut: a write that was not synced is on the disk, or is not, or is in part. powerloss.c records for each
/// file the writes since its last sync; this class takes them back.
/// </summary>
internal sealed class PowerLoss(string library, string files, string journals)
{
    private const int HeaderSize = 32;
    private const int SectorSize = 512;

    private readonly record struct Write(long Offset, long SizeBefore, ReadOnlyMemory<byte> Old, ReadOnlyMemory<byte> New)
    {
        public bool Truncates => New.IsEmpty;
    }

    /// <summary>Compiles the library that records chatd's writes.</summary>
    public static async Task<string> CompileAsync(string source, string folder)
    {
        var library = Path.Combine(folder, "powerloss.so");
        await ProcessRunner.RunAsync(folder, "gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", library, source, "-ldl");
        return library;
    }

    public void Watch(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = library;
        start.Environment["POWERLOSS_FILES"] = files;
        start.Environment["POWERLOSS_JOURNAL"] = journals;
    }

    /// <summary>Discards the records: without a power cut the kernel writes everything.</summary>
    public void Forget()
    {
        foreach (var journal in Directory.GetFiles(journals))
            File.Delete(journal);
    }

    /// <summary>Cuts the power: each file keeps none of its unsynced writes, or the first ones, or any of them, each perhaps in part.</summary>
    public void Cut(Random random)
    {
        foreach (var journal in Directory.GetFiles(journals))
        {
            var path = Path.GetFileName(journal).Replace('%', '/');
            if (File.Exists(path))
                Cut(path, Read(File.ReadAllBytes(journal)), random);
            File.Delete(journal);
        }
    }

    private static void Cut(string path, List<Write> writes, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        foreach (var write in Enumerable.Reverse(writes))
            Undo(file, write);
        var way = random.Next(3);
        var kept = random.Next(writes.Count + 1);
        for (var i = 0; i < writes.Count; i++)
        {
            if (way == 1 ? i < kept : way == 2 && random.Next(2) == 0)
                Redo(file, writes[i], writes[i].New.Length);
            else if (way == 1 ? i == kept : way == 2 && random.Next(4) == 0)
                Redo(file, writes[i], random.Next(writes[i].New.Length / SectorSize + 1) * SectorSize);
        }
    }

    private static void Undo(FileStream file, Write write)
    {
        file.Position = write.Offset;
        file.Write(write.Old.Span);
        file.SetLength(write.SizeBefore);
    }

    private static void Redo(FileStream file, Write write, int length)
    {
        if (write.Truncates)
            file.SetLength(write.Offset);
        file.Position = write.Offset;
        file.Write(write.New.Span[..Math.Min(length, write.New.Length)]);
    }

    /// <summary>
    /// Reads the recorded writes. The process may have been killed while it recorded the last one; that write was then not
    /// begun.
    /// </summary>
    private static List<Write> Read(ReadOnlyMemory<byte> journal)
    {
        var writes = new List<Write>();
        while (journal.Length >= HeaderSize)
        {
            long Number(int index) => BinaryPrimitives.ReadInt64LittleEndian(journal.Span[(index * sizeof(long))..]);
            var (old, length) = ((int)Number(2), (int)Number(3));
            if (journal.Length < HeaderSize + old + length)
                break;
            writes.Add(new Write(Number(0), Number(1), journal.Slice(HeaderSize, old), journal.Slice(HeaderSize + old, length)));
            journal = journal[(HeaderSize + old + length)..];
        }
        return writes;
    }
}
