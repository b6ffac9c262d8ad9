using Cgmemd.Linux.Sqlite;

namespace Cgmemd.Linux.Tests.Sqlite;

public sealed class NewFileTests : IDisposable
{
    private const UnixFileMode Owners = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("cgmemd-new-").FullName;

    private string Target => Path.Combine(_folder, "target.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// Who may rename in the directory puts a link to another's file where the new one is made: nothing is written
    /// through it, by SQLite neither.
    /// </summary>
    [Fact]
    public void WhoMayRenameThereRedirectsNothing()
    {
        string others = Path.Combine(_folder, "shadow");
        File.WriteAllText(others, "root:*");
        using (NewFile file = NewFile.Create(Target))
        {
            string made = Assert.Single(Directory.GetDirectories(_folder));
            Assert.Equal(Owners | UnixFileMode.UserExecute, File.GetUnixFileMode(made));
            Directory.Move(made, Path.Combine(_folder, "moved"));
            Directory.CreateDirectory(made);
            foreach (string name in (string[])["new", "new-journal"])
                File.CreateSymbolicLink(Path.Combine(made, name), others);
            using (SqliteDatabase database = SqliteDatabase.OpenAsNamed(file.Path, Target))
                database.Execute("CREATE TABLE t (a); INSERT INTO t VALUES (42)");
            file.Finish();
        }

        Assert.Equal("root:*", File.ReadAllText(others));
        Assert.Null(new FileInfo(Target).LinkTarget);
        using SqliteDatabase written = SqliteDatabase.OpenReadOnly(Target, TimeSpan.Zero);
        Assert.Equal(42, written.Scalar("SELECT a FROM t"));
    }

    [Fact]
    public void ItAppearsWholeAndAlone()
    {
        using (NewFile file = NewFile.Create(Target))
        {
            using (var text = new StreamWriter(file.OpenWrite()))
                text.Write("all of it");
            Assert.False(File.Exists(Target));
            file.Finish();
        }

        Assert.Equal("all of it", File.ReadAllText(Target));
        Assert.Equal(Owners, File.GetUnixFileMode(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void WhatIsNotFinishedLeavesNothing()
    {
        using (NewFile file = NewFile.Create(Target))
        {
            using SqliteDatabase database = SqliteDatabase.OpenAsNamed(file.Path, Target);
            database.Execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void NothingIsReplacedUnasked()
    {
        using (NewFile file = NewFile.Create(Target))
        {
            File.WriteAllText(Target, "somebody's");
            var late = Assert.Throws<HistoryException>(() => file.Finish());
            Assert.Equal($"{Target}: File exists", late.Message);
        }

        Assert.Throws<HistoryException>(() => NewFile.Create(Target));
        // A link counts as what it is, wherever it leads.
        File.Move(Target, Target + ".old");
        File.CreateSymbolicLink(Target, "/nowhere");
        Assert.Throws<HistoryException>(() => NewFile.Create(Target));
        using (NewFile file = NewFile.Create(Target, overwrite: true))
            file.Finish(overwrite: true);
        Assert.Null(new FileInfo(Target).LinkTarget);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder).Length);
    }

    [Fact]
    public void WhereNoneCanBeMadeTheReasonIsTold()
    {
        string nowhere = Path.Combine(_folder, "none", "x");
        var e = Assert.Throws<HistoryException>(() => NewFile.Create(nowhere));
        Assert.Equal($"{nowhere}: No such file or directory", e.Message);
    }
}
