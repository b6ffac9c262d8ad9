using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>An sd_bus_message that we made.</summary>
internal sealed class BusMessageHandle : SafeHandle
{
    public BusMessageHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = LibSystemd.BusMessageUnref(handle);
        return true;
    }
}
