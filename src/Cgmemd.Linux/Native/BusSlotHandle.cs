using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cgmemd.Linux.Native;

/// <summary>
/// An sd_bus_slot: a call that awaits its reply, or a match. The slot keeps its handler alive, and disposing it
/// takes the callback back. Dispose it on the thread that uses the bus.
/// </summary>
internal sealed class BusSlotHandle : SafeHandle
{
    private readonly Action<nint> _handler;
    private readonly Action<Exception> _failed;
    private GCHandle _self;

    private BusSlotHandle(Action<nint> handler, Action<Exception> failed)
        : base(0, ownsHandle: true)
    {
        (_handler, _failed) = (handler, failed);
        _self = GCHandle.Alloc(this);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Sends a call; the handler gets the reply, which may be an error or a timeout's error.</summary>
    /// <returns>A negative errno when the call could not be queued; the slot is then null.</returns>
    public static unsafe int Call(
        BusHandle bus, BusMessageHandle message, ulong timeoutUs, Action<nint> handler, Action<Exception> failed,
        out BusSlotHandle? slot)
    {
        slot = new BusSlotHandle(handler, failed);
        int result = LibSystemd.BusCallAsync(
            bus, out nint native, message, &OnMessage, GCHandle.ToIntPtr(slot._self), timeoutUs);
        return Settle(ref slot, native, result);
    }

    /// <summary>Adds a match; the handler gets every message that fits it.</summary>
    /// <returns>A negative errno when the match could not be queued; the slot is then null.</returns>
    public static unsafe int Match(
        BusHandle bus, string match, Action<nint> handler, Action<Exception> failed, out BusSlotHandle? slot)
    {
        slot = new BusSlotHandle(handler, failed);
        int result = LibSystemd.BusAddMatchAsync(
            bus, out nint native, match, &OnMessage, 0, GCHandle.ToIntPtr(slot._self));
        return Settle(ref slot, native, result);
    }

    protected override bool ReleaseHandle()
    {
        _ = LibSystemd.BusSlotUnref(handle);
        _self.Free();
        return true;
    }

    private static int Settle(ref BusSlotHandle? slot, nint native, int result)
    {
        if (result >= 0)
        {
            slot!.SetHandle(native);
            return result;
        }

        slot!._self.Free();
        slot.Dispose();
        slot = null;
        return result;
    }

    // An exception must not cross into C. 0 leaves the message to other handlers.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMessage(nint message, nint userdata, nint error)
    {
        var slot = (BusSlotHandle)GCHandle.FromIntPtr(userdata).Target!;
        try
        {
            slot._handler(message);
        }
        catch (Exception e)
        {
            slot._failed(e);
        }

        return 0;
    }
}
