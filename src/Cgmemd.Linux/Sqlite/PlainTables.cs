namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A new SQLite file of plain tables, for analysis with other programs. It is whole once it is finished; what is left
/// before that is deleted.
/// </summary>
public sealed class PlainTables : IDisposable
{
    private readonly string _path;
    private readonly SqliteDatabase _database;
    private bool _isFinished;

    private PlainTables(string path, SqliteDatabase database) => (_path, _database) = (path, database);

    /// <summary>Makes the file, of mode 0600.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    public static PlainTables Create(string path)
    {
        new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }).Dispose();
        var tables = new PlainTables(path, SqliteDatabase.OpenOrCreate(path, TimeSpan.Zero));
        // Nobody else has it, and half of it is of no use: nothing need be kept for a rollback.
        tables._database.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
        return tables;
    }

    /// <summary>Makes a table and fills it; a row has a cell for each column.</summary>
    public void Add(string name, IReadOnlyList<string> columns, IEnumerable<PlainValue[]> rows)
    {
        string list = string.Join(", ", columns.Select(Quoted));
        _database.Execute($"CREATE TABLE {Quoted(name)} ({list})");
        string marks = string.Join(", ", columns.Select(_ => "?"));
        using SqliteStatement insert = _database.Prepare($"INSERT INTO {Quoted(name)} VALUES ({marks})");
        foreach (PlainValue[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                // SQLite's integers end at 2⁶³-1; what is above keeps its digits as text.
                if (row[i].Number is { } number and <= long.MaxValue)
                    insert.Bind(i + 1, number);
                else
                    insert.Bind(i + 1, row[i] == default ? null : row[i].ToString());
            }

            insert.Run();
        }
    }

    /// <summary>Writes what is left, so that the file is whole.</summary>
    public void Finish()
    {
        _database.Execute("CREATE INDEX sample_unit ON sample (unit, realtime_usec); COMMIT");
        _isFinished = true;
    }

    public void Dispose()
    {
        _database.Dispose();
        if (!_isFinished)
            File.Delete(_path);
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
