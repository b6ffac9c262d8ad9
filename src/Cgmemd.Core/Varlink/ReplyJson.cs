using System.Text.Json.Serialization;
using Cgmemd.Core.Rules;

namespace Cgmemd.Core.Varlink;

/// <summary>
/// The replies and errors of <c>io.cgmemd</c>, for those who read them. The daemon only writes them, and has a context
/// of its own for that, which is smaller by all that reading needs.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GetStatusReply))]
[JsonSerializable(typeof(ListUnitsReply))]
[JsonSerializable(typeof(UnitSummary[]))]
[JsonSerializable(typeof(GetUnitReply))]
[JsonSerializable(typeof(ListEventsReply))]
[JsonSerializable(typeof(EventRecord[]))]
[JsonSerializable(typeof(ListProcessesReply))]
[JsonSerializable(typeof(ProcessMemory[]))]
[JsonSerializable(typeof(ListRulesReply))]
[JsonSerializable(typeof(ExplainRulesReply))]
[JsonSerializable(typeof(IReadOnlyList<RuleSummary>))]
[JsonSerializable(typeof(IReadOnlyList<RuleExplanation>))]
[JsonSerializable(typeof(IReadOnlyList<Silence>))]
[JsonSerializable(typeof(SilenceReply))]
[JsonSerializable(typeof(ListSilencesReply))]
[JsonSerializable(typeof(NoSuchRuleError))]
[JsonSerializable(typeof(NoSuchSilenceError))]
[JsonSerializable(typeof(ReloadReply))]
[JsonSerializable(typeof(NoSuchUnitError))]
[JsonSerializable(typeof(HistoryUnavailableError))]
[JsonSerializable(typeof(ConfigurationErrorParameters))]
public sealed partial class ReplyJson : JsonSerializerContext;
