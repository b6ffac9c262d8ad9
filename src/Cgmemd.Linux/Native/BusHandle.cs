using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>An sd_bus. Closed and released without flushing. Dispose it on the thread that uses it.</summary>
internal sealed class BusHandle : SafeHandle
{
    public BusHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = LibSystemd.BusCloseUnref(handle);
        return true;
    }
}
