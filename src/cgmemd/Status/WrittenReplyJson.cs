using System.Text.Json.Serialization;
using Cgmemd.Core.Varlink;

namespace Cgmemd.Daemon.Status;

/// <summary>The replies as <see cref="ReplyJson"/> has them, without what it takes to read them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(GetStatusReply))]
[JsonSerializable(typeof(ListUnitsReply))]
[JsonSerializable(typeof(GetUnitReply))]
[JsonSerializable(typeof(ListEventsReply))]
[JsonSerializable(typeof(ListProcessesReply))]
[JsonSerializable(typeof(ListRulesReply))]
[JsonSerializable(typeof(ExplainRulesReply))]
[JsonSerializable(typeof(SilenceReply))]
[JsonSerializable(typeof(ListSilencesReply))]
[JsonSerializable(typeof(NoSuchRuleError))]
[JsonSerializable(typeof(NoSuchSilenceError))]
[JsonSerializable(typeof(ReloadReply))]
[JsonSerializable(typeof(NoSuchUnitError))]
[JsonSerializable(typeof(HistoryUnavailableError))]
[JsonSerializable(typeof(ConfigurationErrorParameters))]
internal sealed partial class WrittenReplyJson : JsonSerializerContext;
