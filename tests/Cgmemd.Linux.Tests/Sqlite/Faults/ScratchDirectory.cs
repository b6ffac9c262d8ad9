namespace Cgmemd.Linux.Tests.Sqlite.Faults;

/// <summary>A directory for one test, removed with all that is in it.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("cgmemd-history-").FullName;

    public string PathOf(string name) => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
