export { parseDefaultLog } from "./core/default-log/parse.ts";
export { renderDefaultLog } from "./core/default-log/render.ts";
export type { Effective } from "./core/explain/effective.ts";
export type { Problem } from "./core/explain/problems.ts";
export type { NftDocument } from "./core/intent/lower.ts";
export type { DefaultLog, Destination } from "./core/model/default-log.ts";
export type { Family } from "./core/model/family.ts";
export { Fault, type FaultCode } from "./core/model/fault.ts";
export { type Host, HostError } from "./core/model/host.ts";
export type { Listener, NflogGroup } from "./core/model/listener.ts";
export type { ModuleState } from "./core/model/module.ts";
export type { Change, Plan, Step } from "./core/model/plan.ts";
export { previewLines } from "./core/plan/preview.ts";
export type { Template } from "./core/template/template.ts";
export { openHost } from "./host/open-host.ts";
export { type AllNetns, setAllNetns, showAllNetns } from "./verbs/all-netns.ts";
export type { ChangeOptions, Outcome } from "./verbs/change-machine.ts";
export {
  type DefaultLogAnswer,
  type FamilyDefault,
  readWanted,
  restore,
  setDefaultLog,
  showDefaultLog,
} from "./verbs/default-log.ts";
export { bindLogger, type LoggerRow, listLoggers } from "./verbs/logger.ts";
export { listModules, loadModules } from "./verbs/module.ts";
export { listTemplates, renderRules, rulesSchema, showTemplate } from "./verbs/rules.ts";
export { installService, renderService } from "./verbs/service.ts";
export { readStatus, type Status, watchStatus } from "./verbs/status.ts";
