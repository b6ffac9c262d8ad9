using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The least generic host that can run a daemon's loop: no configuration sources, no log providers. What a default
// builder adds comes on top.
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Services.AddHostedService<Loop>();
using IHost host = builder.Build();
host.Run();

internal sealed class Loop : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
