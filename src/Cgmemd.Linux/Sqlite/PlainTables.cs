namespace Cgmemd.Linux.Sqlite;

/// <summary>
/// A new SQLite file of plain tables, for analysis with other programs. It appears under its name when it is
/// finished.
/// </summary>
public sealed class PlainTables : IDisposable
{
    private readonly NewFile _file;
    private readonly SqliteDatabase _database;

    private PlainTables(NewFile file, SqliteDatabase database) => (_file, _database) = (file, database);

    /// <summary>Makes the file, of mode 0600.</summary>
    /// <exception cref="HistoryException">It is there already, or cannot be made.</exception>
    public static PlainTables Create(string path)
    {
        NewFile file = NewFile.Create(path);
        try
        {
            var tables = new PlainTables(file, SqliteDatabase.OpenAsNamed(file.Path, path));
            // Nobody else has it, and half of it is of no use: nothing need be kept for a rollback.
            tables._database.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
            return tables;
        }
        catch
        {
            file.Dispose();
            throw;
        }
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

    /// <summary>Writes what is left, and puts the file, now whole, under its name.</summary>
    /// <exception cref="HistoryException">A file has come there meanwhile.</exception>
    public void Finish()
    {
        _database.Execute("CREATE INDEX sample_unit ON sample (unit, realtime_usec); COMMIT");
        _database.Dispose();
        _file.Finish();
    }

    public void Dispose()
    {
        _database.Dispose();
        _file.Dispose();
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
