using System.Text;
using Microsoft.Extensions.Logging;

namespace Cgmemd.Linux.Systemd;

/// <summary>
/// The wanted units of systemd, live over D-Bus: one list at the start, then signals. It lists again only when that is
/// the one way to be right: after a lost connection, after a reload of systemd and after <see cref="Refilter"/>.
/// Everything happens inside <see cref="Process"/>, on the caller's thread; nothing blocks and nothing is thrown.
/// </summary>
/// <remarks>Source: org.freedesktop.systemd1(5), which says of each property whether it is signalled.</remarks>
public sealed class SystemdUnits : IDisposable
{
    // Questions are cheap for systemd but it answers one by one, and a message bus bounds the replies outstanding.
    private const int MostCallsInFlight = 64;

    // More than any host starts in one turn of a loop that is alive; past it the socket's buffer waits for us.
    private const int MostPendingChanges = 4096;

    private const long ListTimeoutUs = 25_000_000;
    private const long GetTimeoutUs = 10_000_000;
    private const int LongestPath = 512;

    private readonly SystemBus _bus;
    private readonly UnitTracker _tracker;
    private readonly ILogger _log;
    private bool _isListing;
    private bool _listAgain;
    private bool _isReloading;

    /// <param name="wants">Whether a unit of this name is to be followed.</param>
    /// <param name="log">Told when the bus is lost and found.</param>
    /// <param name="address">A D-Bus address instead of the system bus, for tests.</param>
    public SystemdUnits(Func<string, bool> wants, ILogger log, string? address = null)
    {
        _log = log;
        _tracker = new UnitTracker(wants);
        _bus = new SystemBus(log, address, Opened);
        Control = new UnitControl(_bus);
    }

    /// <summary>What systemd can be asked to do with units, over the same connection.</summary>
    public UnitControl Control { get; }

    /// <summary>Whether systemd has answered, so that the units are those it has.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Whether all that was asked is answered: the changes so far are the whole of what systemd has.</summary>
    public bool IsSettled => IsConnected && _bus.CallsInFlight == 0 && !_tracker.HasQuestions;

    /// <summary>The descriptor to wait for; -1 while there is none. It changes with every reconnection.</summary>
    public int PollFd => _bus.PollFd;

    /// <summary>The events of poll(2) and epoll(7) to wait for.</summary>
    public uint PollEvents => _bus.PollEvents;

    /// <summary>When to process at the latest: CLOCK_MONOTONIC microseconds, 0 for at once.</summary>
    public long? TimeoutUs => _bus.TimeoutUs;

    /// <summary>When to process to connect again, on the clock given to it; null while connected.</summary>
    public long? RetryAtUs => _bus.RetryAtUs;

    /// <summary>Handles what has come and sends what is due. Take the changes after every call.</summary>
    public void Process(long nowUs)
    {
        if (_tracker.PendingChanges < MostPendingChanges)
            _bus.Process(nowUs);
        if (!_bus.IsOpen)
            IsConnected = false;
        while (_bus.IsOpen && _bus.CallsInFlight < MostCallsInFlight && _tracker.TryTakeQuestion(out TrackedUnit unit))
            Ask(unit);
    }

    /// <summary>The next change, oldest first; false when there is none.</summary>
    public bool TryTake(out UnitChange change) => _tracker.TryTakeChange(out change);

    /// <summary>What is wanted has changed: lists the units anew. Changes follow as systemd answers.</summary>
    public void Refilter()
    {
        if (_bus.IsOpen)
            List();
    }

    public void Dispose() => _bus.Dispose();

    private void Opened()
    {
        (_isListing, _listAgain, _isReloading) = (false, false, false);
        _bus.Match(
            "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
            + "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.systemd1'",
            OwnerChanged);
        foreach (string member in (ReadOnlySpan<string>)["UnitNew", "UnitRemoved", "Reloading"])
        {
            _bus.Match(
                $"type='signal',sender='{SystemdNames.Destination}',path='{SystemdNames.ManagerPath}',"
                + $"interface='{SystemdNames.Manager}',member='{member}'",
                ManagerSignal);
        }

        Control.Opened();
        MatchProperties(SystemdNames.Unit, UnitPropertiesChanged);
        foreach (string type in SystemdNames.WithResult)
            MatchProperties(type, TypePropertiesChanged);
        SubscribeAndList();
    }

    private void MatchProperties(string iface, Action<BusMessageReader> handler) => _bus.Match(
        $"type='signal',sender='{SystemdNames.Destination}',path_namespace='{SystemdNames.UnitPath}',"
        + $"interface='{SystemdNames.Properties}',member='PropertiesChanged',arg0='{iface}'",
        handler);

    // That we are subscribed already is an error too, and not one; that systemd is away shows in the list.
    private void SubscribeAndList()
    {
        _bus.Call(SystemdNames.ManagerPath, SystemdNames.Manager, "Subscribe", [], ListTimeoutUs, _ => { });
        List();
    }

    private void List()
    {
        _listAgain = _isListing;
        if (_isListing)
            return;
        _isListing = true;
        _bus.Call(SystemdNames.ManagerPath, SystemdNames.Manager, "ListUnits", [], ListTimeoutUs, UnitsListed);
    }

    private void UnitsListed(BusMessageReader reply)
    {
        _isListing = false;
        if (reply.Error is { } error)
        {
            _bus.Fault(error);
            return;
        }

        _tracker.BeginList();
        ReadUnits(reply);
        _tracker.EndList();
        _bus.Settled();
        if (!IsConnected)
            _log.BusConnected(_tracker.Count);
        IsConnected = true;
        if (_listAgain)
            List();
    }

    // ListUnits() → a(ssssssouso): name, description, load state, active state, sub state, following, path, job…
    private void ReadUnits(BusMessageReader reply)
    {
        reply.Enter('a', "(ssssssouso)"u8);
        while (reply.Enter('r', "ssssssouso"u8))
        {
            string name = reply.ReadString();
            reply.Skip("ss"u8);
            string active = reply.ReadString(), sub = reply.ReadString();
            reply.Skip("s"u8);
            string path = reply.ReadString('o');
            reply.Skip("uso"u8);
            reply.Exit();
            _tracker.Listed(name, path, active, sub);
        }

        reply.Exit();
    }

    private void OwnerChanged(BusMessageReader signal)
    {
        signal.Skip("ss"u8);
        _isReloading = false;
        if (signal.ReadUtf8().IsEmpty)
            IsConnected = false;
        else
            SubscribeAndList();
    }

    // To reload, systemd forgets every unit and says so for each, although they run on: what is gone is then what the
    // list at the end does not name.
    private void ManagerSignal(BusMessageReader signal)
    {
        if (signal.Member.SequenceEqual("Reloading"u8))
        {
            _isReloading = signal.ReadBool();
            if (!_isReloading)
                SubscribeAndList();
            return;
        }

        string name = signal.ReadString(), path = signal.ReadString('o');
        if (signal.Member.SequenceEqual("UnitNew"u8))
            _tracker.Loaded(name, path);
        else if (!_isReloading && !_isListing)
            _tracker.Unloaded(path);
    }

    private void UnitPropertiesChanged(BusMessageReader signal)
    {
        if (Find(signal.Path) is not { } unit)
            return;
        UnitProperties properties = UnitProperties.Read(signal);
        _tracker.StateChanged(unit, properties.ActiveState, properties.SubState, properties.InvocationId);
    }

    private void TypePropertiesChanged(BusMessageReader signal)
    {
        if (Find(signal.Path) is { } unit && UnitProperties.Read(signal).Result is { } result)
            unit.Result = result;
    }

    private TrackedUnit? Find(ReadOnlySpan<byte> path)
    {
        if (path.Length > LongestPath)
            return _tracker.Find(Encoding.ASCII.GetString(path));
        Span<char> text = stackalloc char[LongestPath];
        return _tracker.Find(text[..Encoding.ASCII.GetChars(path, text)]);
    }

    private void Ask(TrackedUnit unit)
    {
        if (unit.NeedsState)
            AskState(unit);
        else
            AskControlGroup(unit);
    }

    private void AskState(TrackedUnit unit)
    {
        string? active = null;
        Get(unit, SystemdNames.Unit, "ActiveState", "s", value => active = value);
        Get(unit, SystemdNames.Unit, "SubState", "s", sub =>
        {
            if (active is not null)
                _tracker.StateAnswered(unit, active, sub);
        });
    }

    // ControlGroup is not signalled. Answers come in the order of the questions, so this one completes the picture.
    private void AskControlGroup(TrackedUnit unit)
    {
        if (unit.NeedsInvocationId)
            Get(unit, SystemdNames.Unit, "InvocationID", "ay", id => _tracker.InvocationSeen(unit, id));
        string type = SystemdNames.TypeInterface(unit.Name)!;
        Get(unit, type, "ControlGroup", "s", group => _tracker.ControlGroupSeen(unit, group));
    }

    // A unit that is gone is answered with an error: UnitRemoved says so too. No answer at all is a lost connection.
    private void Get(TrackedUnit unit, string iface, string property, string type, Action<string> got)
    {
        _bus.Call(unit.Path, SystemdNames.Properties, "Get", [iface, property], GetTimeoutUs, reply =>
        {
            if (reply.IsTimeout)
                _bus.Fault($"no reply about {property} of {unit.Name}");
            else if (reply.Error is null)
                got(UnitProperties.ReadVariant(reply, type));
        });
    }
}
