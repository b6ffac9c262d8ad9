using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>A connection to a database.</summary>
internal sealed class SqliteHandle : SafeHandle
{
    public SqliteHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => LibSqlite.Close(handle) == LibSqlite.OK;
}
