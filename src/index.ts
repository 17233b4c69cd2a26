export { parseDefaultLog } from "./core/default-log/parse.ts";
export { renderDefaultLog } from "./core/default-log/render.ts";
export type { Change as RulesetChange, Comparison } from "./core/diff/changes.ts";
export type { Effective } from "./core/explain/effective.ts";
export type { Problem } from "./core/explain/problems.ts";
export type { NftDocument } from "./core/intent/document.ts";
export { CODES as LINT_CODES, type LintCode, type Severity } from "./core/lint/codes.ts";
export type { Finding } from "./core/lint/finding.ts";
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
export { type Converted, convertRules } from "./verbs/convert.ts";
export {
  type DefaultLogAnswer,
  type FamilyDefault,
  readWanted,
  restore,
  setDefaultLog,
  showDefaultLog,
} from "./verbs/default-log.ts";
export { diffRules, type RulesDiff } from "./verbs/diff.ts";
export { draftRules, initRules } from "./verbs/init-rules.ts";
export { lintRules } from "./verbs/lint.ts";
export { bindLogger, type LoggerRow, listLoggers } from "./verbs/logger.ts";
export { listModules, loadModules } from "./verbs/module.ts";
export { type RuleSource, readSource, type SourceOptions } from "./verbs/rule-source.ts";
export { renderRules, rulesSchema } from "./verbs/rules.ts";
export { installService, renderService } from "./verbs/service.ts";
export { readStatus, type Status, watchStatus } from "./verbs/status.ts";
export { listTemplates, showTemplate, type TemplatePlaces } from "./verbs/templates.ts";
