export { capturesAt, capturesOf, type DayCapture, type DayLog } from "./core/archive/day-files.ts";
export type { ListedDay, ListWish } from "./core/archive/listing.ts";
export type { OpenedCapture, OpenedDay, OpenedLog, OpenedMachine } from "./core/archive/opened-day.ts";
export { type PlacePath, parsePlacePath } from "./core/archive/place-path.ts";
export type { OldDay } from "./core/archive/prune-vault.ts";
export type { PulledDay, PulledMachine, PullReport } from "./core/archive/pull-report.ts";
export { type ArchiveDocument, VAULT } from "./core/archive/schema.ts";
export { dayAt } from "./core/capture/file-name.ts";
export { CAPTURE_LINKS, RING_DIRECTORY } from "./core/capture/schema.ts";
export type { CaptureEnd } from "./core/capture/wish.ts";
export { parseDefaultLog } from "./core/default-log/parse.ts";
export { renderDefaultLog } from "./core/default-log/render.ts";
export type { Change as RulesetChange, Comparison } from "./core/diff/changes.ts";
export { DOCTOR_CODES } from "./core/doctor/codes.ts";
export type { Diagnosis } from "./core/doctor/diagnosis.ts";
export { PROBLEM_CODES } from "./core/doctor/from-problems.ts";
export type { FlowEvent, LossEvent, NetlogEvent, PacketEvent } from "./core/event/event.ts";
export type { Conversation, LoggedPackets, TrailEnds } from "./core/event/trail/conversation.ts";
export type { Trail } from "./core/event/trail/search.ts";
export type { Choice } from "./core/explain/choose.ts";
export type { Effective } from "./core/explain/effective.ts";
export type { Problem } from "./core/explain/problems.ts";
export type { LogSite } from "./core/explain/sites.ts";
export type { TopFlows } from "./core/flow/flow-rates.ts";
export { FLOW_ORDERS, sortFlows } from "./core/flow/sort.ts";
export { ALL_PROTOCOLS, changesOf, flowTest, flowTopics, protocolsOf, wantedOf } from "./core/flow/wanted.ts";
export type { FlowSettingRow } from "./core/flow-settings/meaning.ts";
export type { Expected, Forecast, ForecastRow, Volume } from "./core/forecast/forecast.ts";
export type { Worst } from "./core/forecast/worst.ts";
export type { NftDocument } from "./core/intent/document.ts";
export { CODES as LINT_CODES, type LintCode, type Severity } from "./core/lint/codes.ts";
export type { Finding } from "./core/lint/finding.ts";
export type { Rate, RatedRule } from "./core/live/rates.ts";
export type { LiveRule } from "./core/live/rows.ts";
export type { Covered, UnreachedLog } from "./core/log-test/coverage.ts";
export type { DefaultLog, Destination } from "./core/model/default-log.ts";
export type { Family } from "./core/model/family.ts";
export { Fault, type FaultCode } from "./core/model/fault.ts";
export type { FlowEnd, FlowListening, OpenFlowStream } from "./core/model/flow-stream.ts";
export { type Host, HostError } from "./core/model/host.ts";
export type { Listener, NflogGroup } from "./core/model/listener.ts";
export type { ModuleState } from "./core/model/module.ts";
export {
  FLOW_FORMATS,
  FORMATS,
  type GroupTally,
  type Listening,
  type OpenPacketStream,
  type PacketStream,
  type StreamEnd,
  type Telling,
} from "./core/model/packet-stream.ts";
export type { Change, Plan, Step } from "./core/model/plan.ts";
export type { Trial, TrialResult, Trials } from "./core/model/trial.ts";
export { previewLines } from "./core/plan/preview.ts";
export type { FromSpr } from "./core/serve/from-spr.ts";
export { BUS_SOCKET } from "./core/serve/schema.ts";
export type { Service } from "./core/service/unit.ts";
export type { FlowSummary } from "./core/store/flow-summary.ts";
export type { OpenStoreReader, StoredLine, StoreQuery, StoreReader } from "./core/store/reader.ts";
export type { Summary } from "./core/store/summary.ts";
export type { Wanted } from "./core/store/wanted.ts";
export type { Template } from "./core/template/template.ts";
export { openStore, type Store, type StoreFigures, type StoreWish } from "./daemon/store/open-store.ts";
export { openStoreReader } from "./daemon/store/read-store.ts";
export { runSql } from "./daemon/store/run-sql.ts";
export { openDepot } from "./host/archive/open-depot.ts";
export { captures } from "./host/capture/open-capture.ts";
export { openSniffer } from "./host/capture/open-sniffer.ts";
export { readCaptures } from "./host/capture/read-captures.ts";
export { connectLines } from "./host/connect-lines.ts";
export { flowStreams } from "./host/flows/open-flow-stream.ts";
export { listenAt } from "./host/listen.ts";
export { openNotify } from "./host/notify.ts";
export { openAllHosts, openHost } from "./host/open-host.ts";
export { openRecorder } from "./host/open-recorder.ts";
export { packetStreams } from "./host/packets/open-packet-stream.ts";
export { openPlace } from "./host/places/open-place.ts";
export { showCaptures } from "./host/show-captures.ts";
export { openLinePipe, readStream } from "./host/thread/read-stream.ts";
export { openTellingHere } from "./host/thread/telling.ts";
export { openTrials } from "./host/trial/open-trials.ts";
export { findViewer } from "./host/viewer.ts";
export type { InspectOptions, Inspector } from "./inspect/inspector.ts";
export type { Arrival, InspectSource } from "./inspect/source.ts";
export { type AllNetns, setAllNetns, showAllNetns } from "./verbs/all-netns.ts";
export { applyPlan, applyWish, NO_RULES } from "./verbs/apply-rules.ts";
export { type ChosenDay, chooseDay, type DaysPlace, daysPlaces } from "./verbs/archive/choose-day.ts";
export type { DaysAt } from "./verbs/archive/day-source.ts";
export { type FetchedMachine, type FetchWish, fetchDay } from "./verbs/archive/fetch.ts";
export { findDays } from "./verbs/archive/find-days.ts";
export { partsOfDay } from "./verbs/archive/inspect-day.ts";
export { parseKeep } from "./verbs/archive/keep-wish.ts";
export { type ArchiveList, listArchive } from "./verbs/archive/list.ts";
export { type OpenDayWish, openDay } from "./verbs/archive/open-day.ts";
export type { ArchiveParts, Vault } from "./verbs/archive/parts.ts";
export { type PruneWish, pruneVault } from "./verbs/archive/prune.ts";
export { pullArchive } from "./verbs/archive/pull.ts";
export type { PullWish } from "./verbs/archive/pull-context.ts";
export { correlateLogged, type LogTail, readTails } from "./verbs/archive/read-day.ts";
export { readArchiveSettings, vaultAt } from "./verbs/archive/settings.ts";
export { type Verified, type VerifyWish, verifyArchive } from "./verbs/archive/verify.ts";
export type { ChangeOptions, Outcome } from "./verbs/change-machine.ts";
export { checkWish } from "./verbs/check-rules.ts";
export { COMPLETED_VALUES, listValues, readCompletion, SHELLS } from "./verbs/completion.ts";
export { type Converted, convertRules } from "./verbs/convert.ts";
export { type ConvertWish, convertPackets } from "./verbs/convert-packets.ts";
export {
  type DefaultLogAnswer,
  type FamilyDefault,
  readWanted,
  restore,
  setDefaultLog,
  showDefaultLog,
} from "./verbs/default-log.ts";
export { diffRules, type RulesDiff } from "./verbs/diff.ts";
export { examine } from "./verbs/doctor.ts";
export { eventSchema } from "./verbs/event-schema.ts";
export { explainSites } from "./verbs/explain.ts";
export { type Extracted, extractCaptures } from "./verbs/extract-captures.ts";
export { type FilterField, listFilterFields } from "./verbs/filter-fields.ts";
export { findRing } from "./verbs/find-ring.ts";
export { setFlowSettings, showFlowSettings } from "./verbs/flow-settings.ts";
export { forecastPlan } from "./verbs/forecast.ts";
export { SERVICE_NAME } from "./verbs/group-fault.ts";
export { type HistoryEntry, readHistory } from "./verbs/history.ts";
export { importSpr } from "./verbs/import-spr.ts";
export { type Draft, draftRules, initRules, testsPathOf } from "./verbs/init-rules.ts";
export { filterOf } from "./verbs/inspect-filter.ts";
export {
  hasBus,
  sourceOfBus,
  sourceOfFiles,
  sourceOfGroups,
  sourceOfStore,
} from "./verbs/inspect-sources.ts";
export { lintRules } from "./verbs/lint.ts";
export { type CaptureInDirectory, listCaptures } from "./verbs/list-captures.ts";
export { listFlows, watchTopFlows } from "./verbs/list-flows.ts";
export { listRules, watchRules } from "./verbs/list-rules.ts";
export { LISTENING } from "./verbs/listening.ts";
export {
  type LogTestOptions,
  type LogTestReport,
  runLogTests,
  type TestOutcome,
} from "./verbs/log-tests.ts";
export { bindLogger, type LoggerRow, listLoggers } from "./verbs/logger.ts";
export { listModules, loadModules } from "./verbs/module.ts";
export { planWish, type RulesPlan, readWish } from "./verbs/plan-rules.ts";
export {
  encodeEvents,
  type FoundEvents,
  type QueryWish,
  queryStore,
  summarizeEvents,
  summarizeFlows,
  tabulateEvents,
} from "./verbs/query-store.ts";
export { withNames } from "./verbs/read-names.ts";
export { type Recorded, recordMachine } from "./verbs/record.ts";
export {
  confirmPending,
  isPending,
  mayBePending,
  prepareRollback,
  rollbackPending,
  wishOfRevision,
} from "./verbs/rollback.ts";
export { type RuleSource, readSource, type SourceOptions } from "./verbs/rule-source.ts";
export { renderRules } from "./verbs/rules.ts";
export { rulesSchema } from "./verbs/rules-schema.ts";
export { type CaptureRunWish, readCaptureSettings, runCapture } from "./verbs/run-capture.ts";
export { type ServeOptions, type ServeParts, serve } from "./verbs/serve.ts";
export { readServeSettings } from "./verbs/serve-settings.ts";
export { installService, renderService, type UnitWish } from "./verbs/service.ts";
export { readStatus, type Status, watchStatus } from "./verbs/status.ts";
export { type BusWish, packetTopics, streamBus } from "./verbs/stream-bus.ts";
export { type FlowWish, streamFlows } from "./verbs/stream-flows.ts";
export { streamKernelLog } from "./verbs/stream-kernel-log.ts";
export { type StreamWish, streamPackets } from "./verbs/stream-packets.ts";
export { listTemplates, showTemplate, type TemplatePlaces } from "./verbs/templates.ts";
export { findTrail, type TrailOptions, type TrailWish } from "./verbs/trail.ts";
export { readVyosConfig } from "./verbs/vyos-config.ts";
export { type RulesEvent, type WatchOptions, watchAppliedRules } from "./verbs/watch-rules.ts";
