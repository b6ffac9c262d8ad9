using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>A prepared statement.</summary>
internal sealed class SqliteStatementHandle : SafeHandle
{
    public SqliteStatementHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    // The code is that of the last step, told before.
    protected override bool ReleaseHandle()
    {
        _ = LibSqlite.FinalizeStatement(handle);
        return true;
    }
}
