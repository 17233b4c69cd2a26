import type { JsonObject } from "../nft/json.ts";
import type { Ruleset, Table } from "../nft/ruleset.ts";
import { type Finding, findingOf } from "./finding.ts";
import { limitComplaints } from "./limit-checks.ts";
import { destinationOf, logComplaints } from "./log-checks.ts";
import { prefixComplaints, prefixUsesOf, twiceComplaints } from "./prefix-checks.ts";
import { floodHooksOf, stepsOf } from "./reach.ts";
import { type Complaint, logsOf, nameOf, type Place, type RuleView } from "./rule-view.ts";
import { sharedComplaints, sharedLimitsOf } from "./shared-limit.ts";
import { swallowedComplaints } from "./swallowed.ts";

/** Says where a rule stands: `file:line:column`, or its place in the ruleset. */
export type Where = (rule: JsonObject, at: Place) => string;

/** All that is to be said of the rules of a ruleset, in their order. */
export function lintRuleset(ruleset: Ruleset, where: Where): Finding[] {
  const views = [...ruleset.tables.values()].flatMap(viewsOf);
  const logging = views.filter(({ logs }) => logs.length > 0);
  const uses = prefixUsesOf(logging);
  const shared = sharedLimitsOf(logging);
  const zero = logging.find(({ logs }) => logs.some((log) => destinationOf(log) === "group 0"));
  const whereIs = ({ rule, at }: RuleView): string => where(rule, at);

  return views.flatMap((view) => {
    const complaints: Complaint[] = [];
    if (view.logs.length > 0)
      complaints.push(
        ...limitComplaints(view),
        ...sharedComplaints(view, shared, whereIs),
        ...logComplaints(view),
        ...(view === zero ? [GROUP_ZERO] : []),
        ...prefixComplaints(view),
        ...twiceComplaints(view, uses, whereIs),
      );
    complaints.push(...swallowedComplaints(view));
    return complaints.map((complaint) => findingOf(complaint, view, whereIs(view)));
  });
}

/** Said once: it is the same for every rule. */
const GROUP_ZERO: Complaint = {
  code: "group-0",
  message: "group 0 is shared with the kernel's own messages where nfnetlink_log is bound",
};

/** The rules of a table as the checks see them. */
function viewsOf(table: Table): RuleView[] {
  const steps = new Map([...table.chains].map(([name, chain]) => [name, stepsOf(chain, table)]));
  const hooks = floodHooksOf(table, steps);
  return [...table.chains].flatMap(([chain, { head }]) => {
    const all = steps.get(chain) ?? [];
    return all.map(({ rule, statements, isGuarded, isDead }, position) => ({
      rule,
      at: { family: table.family, table: table.name, chain, position },
      table,
      name: nameOf(rule),
      statements,
      logs: logsOf(statements),
      floodHook: isGuarded ? undefined : hooks.get(chain),
      isDead,
      next: all[position + 1]?.statements,
      policy: typeof head?.["policy"] === "string" ? head["policy"] : undefined,
    }));
  });
}
