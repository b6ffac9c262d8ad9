using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>A copy of one database into another, under way.</summary>
internal sealed class SqliteBackupHandle : SafeHandle
{
    public SqliteBackupHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    // The code is that of the last step, told before.
    protected override bool ReleaseHandle()
    {
        _ = LibSqlite.BackupFinish(handle);
        return true;
    }
}
