namespace Cgmemd.Core.Attribution;

/// <summary>Lines as they are written, and their sum.</summary>
internal sealed class ReconciliationLines
{
    internal List<ReconciliationLine> Lines { get; } = [];

    internal long Sum { get; private set; }

    internal void Add(ReconciliationLine line)
    {
        Lines.Add(line);
        Sum += line.Bytes;
    }

    internal void Add(string name, long bytes, string meaning, ulong? offBy = null) =>
        Add(new ReconciliationLine(name, bytes, meaning, offBy));

    internal void AddUnlessZero(string name, long bytes, string meaning)
    {
        if (bytes != 0)
            Add(name, bytes, meaning);
    }
}
