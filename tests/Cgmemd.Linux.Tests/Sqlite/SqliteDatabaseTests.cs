using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cgmemd-test-").FullName;
    private readonly SqliteDatabase _database;

    public SqliteDatabaseTests()
    {
        _database = SqliteDatabase.OpenOrCreate(Path.Combine(_directory, "a b%?#é.db"), TimeSpan.Zero);
        _database.Execute("CREATE TABLE t (a, b); ; CREATE UNIQUE INDEX i ON t (a);  ");
    }

    [Fact]
    public void AllThatGoesInComesOut()
    {
        SqliteStatement insert = _database.Prepare("INSERT INTO t VALUES (?, ?)");
        insert.Bind(1, ulong.MaxValue).RunWithBlob(2, default);
        insert.Bind(1, long.MinValue).RunWithBlob(2, [1, 0, 2]);
        insert.Bind(1, "").Bind(2, (string?)null).Run();
        insert.Bind(1, new string('é', 3000)).Bind(2, (ulong?)null).Run();

        SqliteStatement rows = _database.Prepare("SELECT a, b FROM t ORDER BY rowid");
        Assert.True(rows.Step());
        Assert.Equal((ulong.MaxValue, -1L), (rows.UInt64(0), rows.Int64(0)));
        Assert.False(rows.IsNull(1));
        Assert.True(rows.Blob(1).IsEmpty);
        Assert.True(rows.Step());
        Assert.Equal(long.MinValue, rows.Int64(0));
        Assert.Equal([1, 0, 2], rows.Blob(1).ToArray());
        Assert.True(rows.Step());
        Assert.Equal(("", null), (rows.NullableText(0), rows.NullableText(1)));
        Assert.True(rows.Step());
        Assert.Equal(new string('é', 3000), rows.Text(0));
        Assert.Null(rows.NullableUInt64(1));
        Assert.False(rows.Step());
    }

    [Fact]
    public void AStatementThatFailedIsReadyAgain()
    {
        SqliteStatement insert = _database.Prepare("INSERT INTO t VALUES (?, 0)");
        insert.Bind(1, 7L).Run();
        var e = Assert.Throws<SqliteException>(() => insert.Bind(1, 7L).Run());
        Assert.Equal((19, 2067), (e.Code, e.ExtendedCode));
        Assert.Contains("UNIQUE", e.Message, StringComparison.Ordinal);
        insert.Bind(1, 8L).Run();
        Assert.Equal(2, _database.Scalar("SELECT count(*) FROM t"));
        Assert.Throws<SqliteException>(() => _database.Prepare("SELECT none FROM t"));
        Assert.Throws<SqliteException>(() => _database.Execute("nonsense"));
    }

    [Fact]
    public void AnImmutableFileIsFoundWhateverItsName()
    {
        using SqliteDatabase same = SqliteDatabase.OpenImmutable(_database.Path);
        Assert.Equal(0, same.Scalar("SELECT count(*) FROM t"));
        Assert.Throws<SqliteException>(() => same.Execute("DELETE FROM t"));
    }

    [Fact]
    public async Task WhatTakesLongIsInterrupted()
    {
        Task running = Task.Run(() => _database.Scalar(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"));
        while (!running.IsCompleted)
        {
            _database.Interrupt();
            await Task.WhenAny(running, Task.Delay(10));
        }

        var e = await Assert.ThrowsAsync<SqliteException>(() => running);
        Assert.Equal(SqliteException.Interrupted, e.Code);
    }

    [Fact]
    public void AnotherWriterMakesItBusy()
    {
        using SqliteDatabase other = SqliteDatabase.OpenOrCreate(_database.Path, TimeSpan.Zero);
        other.Execute("BEGIN IMMEDIATE");
        var e = Assert.Throws<SqliteException>(() => _database.Execute("BEGIN IMMEDIATE"));
        Assert.Equal(SqliteException.Busy, e.Code);
    }

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
