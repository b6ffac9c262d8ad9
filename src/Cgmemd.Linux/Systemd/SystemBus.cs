using System.Runtime.InteropServices;
using Cgmemd.Linux.Native;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// The connection to the system bus: opened, pumped on the caller's thread, and opened again with growing pauses when
/// it is lost. Nothing here blocks: connecting, authenticating and calling all go on in <see cref="Process"/>.
/// </summary>
internal sealed class SystemBus(ILogger log, string? address, Action opened) : IDisposable
{
    /// <summary>So that a flood of signals cannot hold the loop; the rest is left to the next turn.</summary>
    private const int MessagesPerTurn = 512;

    private const long SecondUs = 1_000_000;
    private const int LongestPauseSeconds = 60;

    private readonly List<BusSlotHandle> _matches = [];
    private readonly HashSet<BusSlotHandle> _calls = [];
    private BusHandle? _bus;
    private string? _fault;
    private int _pauseSeconds = 1;
    private bool _lossIsLogged;

    /// <summary>Whether there is a connection, perhaps one that is still authenticating.</summary>
    public bool IsOpen => _bus is not null;

    /// <summary>When <see cref="Process"/> tries to open the bus again, on its clock; null while it is open.</summary>
    public long? RetryAtUs { get; private set; } = 0;

    /// <summary>How many calls await their reply.</summary>
    public int CallsInFlight => _calls.Count;

    /// <summary>The descriptor to wait for; -1 while the bus is not open.</summary>
    public int PollFd => _bus is null ? -1 : LibSystemd.BusGetFd(_bus);

    /// <summary>The events of poll(2) and epoll(7) to wait for.</summary>
    public uint PollEvents => _bus is null ? 0 : (uint)Math.Max(0, LibSystemd.BusGetEvents(_bus));

    /// <summary>When to process at the latest: CLOCK_MONOTONIC microseconds, absolute; null for no such time.</summary>
    public long? TimeoutUs =>
        _bus is not null && LibSystemd.BusGetTimeout(_bus, out ulong usec) >= 0 && usec < long.MaxValue
            ? (long)usec
            : null;

    /// <summary>Opens the bus when it is time to, then handles what has come, until nothing is left.</summary>
    public void Process(long nowUs)
    {
        if (_bus is null && nowUs >= RetryAtUs)
            Open();

        for (int i = 0; i < MessagesPerTurn && _bus is not null && _fault is null; i++)
        {
            int result = LibSystemd.BusProcess(_bus, 0);
            if (result < 0)
                Fault($"the connection is lost: {Marshal.GetPInvokeErrorMessage(-result)}");
            if (result <= 0)
                break;
        }

        if (_fault is not null)
            Close(nowUs);
    }

    /// <summary>Adds a match; the handler gets what fits it until the connection is lost.</summary>
    public void Match(string rule, Action<BusMessageReader> handler)
    {
        int result = BusSlotHandle.Match(
            _bus!, rule, message => handler(new BusMessageReader(message)), HandlerFailed, out BusSlotHandle? slot);
        if (result < 0)
            Fault($"cannot match {rule}: {Marshal.GetPInvokeErrorMessage(-result)}");
        else
            _matches.Add(slot!);
    }

    /// <summary>Calls a method with arguments that are all strings. The handler gets the reply or the error.</summary>
    public void Call(
        string path, string iface, string member, ReadOnlySpan<string> arguments, long timeoutUs,
        Action<BusMessageReader> handler)
    {
        int result = NewCall(path, iface, member, out BusMessageHandle message);
        using (message)
        {
            for (int i = 0; i < arguments.Length && result >= 0; i++)
                result = LibSystemd.BusMessageAppendString(message, (byte)'s', arguments[i]);
            if (result >= 0)
                result = Send(message, timeoutUs, handler);
        }

        if (result < 0)
            Fault($"cannot call {member}: {Marshal.GetPInvokeErrorMessage(-result)}");
    }

    /// <summary>
    /// Calls a method of systemd's manager with whatever arguments. The handler gets the reply or the error.
    /// </summary>
    /// <returns>Null, or why it could not be sent: what was asked is at fault then, not the connection.</returns>
    public string? CallManager(
        string member, long timeoutUs, Action<BusMessageWriter> arguments, Action<BusMessageReader> handler)
    {
        if (_bus is null || _fault is not null)
            return "there is no connection to systemd";
        int result = NewCall(SystemdNames.ManagerPath, SystemdNames.Manager, member, out BusMessageHandle message);
        using (message)
        {
            if (result >= 0)
            {
                var writer = new BusMessageWriter(message);
                arguments(writer);
                result = writer.Error;
            }

            if (result >= 0)
                result = Send(message, timeoutUs, handler);
        }

        return result >= 0 ? null : $"cannot call {member}: {Marshal.GetPInvokeErrorMessage(-result)}";
    }

    /// <summary>The connection is of no use: it is closed at the end of this turn and opened again later.</summary>
    public void Fault(string reason) => _fault ??= reason;

    /// <summary>The bus answers: the next loss is logged again and the pauses start small again.</summary>
    public void Settled()
    {
        _pauseSeconds = 1;
        _lossIsLogged = false;
    }

    public void Dispose() => Release();

    private int NewCall(string path, string iface, string member, out BusMessageHandle message) =>
        LibSystemd.BusMessageNewMethodCall(_bus!, out message, SystemdNames.Destination, path, iface, member);

    private int Send(BusMessageHandle message, long timeoutUs, Action<BusMessageReader> handler)
    {
        BusSlotHandle? slot = null;
        int result = BusSlotHandle.Call(_bus!, message, (ulong)timeoutUs, Reply, HandlerFailed, out slot);
        if (slot is not null)
            _calls.Add(slot);
        return result;

        void Reply(nint reply)
        {
            _calls.Remove(slot!);
            try
            {
                handler(new BusMessageReader(reply));
            }
            finally
            {
                slot!.Dispose();
            }
        }
    }

    private void Open()
    {
        RetryAtUs = null;
        int result = address is null ? LibSystemd.BusOpenSystem(out BusHandle bus) : OpenAddress(address, out bus);
        if (result < 0)
        {
            bus.Dispose();
            Fault($"cannot connect: {Marshal.GetPInvokeErrorMessage(-result)}");
            return;
        }

        _bus = bus;
        opened();
    }

    private static int OpenAddress(string address, out BusHandle bus)
    {
        int result = LibSystemd.BusNew(out bus);
        if (result >= 0)
            result = LibSystemd.BusSetAddress(bus, address);
        if (result >= 0)
            result = LibSystemd.BusSetBusClient(bus, 1);
        return result >= 0 ? LibSystemd.BusStart(bus) : result;
    }

    private void Close(long nowUs)
    {
        Release();
        if (!_lossIsLogged)
            log.BusLost(_fault!);
        _lossIsLogged = true;
        _fault = null;
        RetryAtUs = nowUs + _pauseSeconds * SecondUs;
        _pauseSeconds = Math.Min(_pauseSeconds * 2, LongestPauseSeconds);
    }

    private void Release()
    {
        foreach (BusSlotHandle call in _calls)
            call.Dispose();
        foreach (BusSlotHandle match in _matches)
            match.Dispose();
        _calls.Clear();
        _matches.Clear();
        _bus?.Dispose();
        _bus = null;
    }

    private void HandlerFailed(Exception e) => Fault($"a message could not be handled: {e.Message}");
}
