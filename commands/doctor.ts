import { Flags } from "@oclif/core";
import { renderDiagnoses } from "../src/cli/doctor-text.ts";
import { FAIL_ON, fails } from "../src/cli/fail-on.ts";
import { NetlogCommand, READ_FLAGS } from "../src/cli/netlog-command.ts";
import { type Diagnosis, DOCTOR_CODES, examine, LINT_CODES, PROBLEM_CODES } from "../src/index.ts";

const OWN = Object.entries(DOCTOR_CODES).map(([code, { severity }]) => `${code} (${severity})`);

export default class Doctor extends NetlogCommand {
  static override summary = "Find everything that is wrong with logging on this machine, and what mends it.";
  static override description =
    `The linter's findings on the live ruleset, explain's (lines that go nowhere) and status's, each cause once, the worst first; beside them whether readers keep up, and what the console, journald, rsyslog and the audit system do with the lines. A remedy is lines for a shell: paste it as it is; what stands behind a # is for you. Exits with 0 if nothing of the severity of --fail-on is found, 1 if something is, 2 in trouble.

error: lines that a rule means to be seen are lost or go nowhere. warning: it will hurt. note: good to know.

No rate limit of the kernel concerns the lines of log rules: they are printed without kernel.printk_ratelimit (which limits audit records that nobody reads) and without printk_devkmsg (writers to /dev/kmsg). journald's RateLimitBurst is for services, not for the kernel's lines.

Codes of its own: ${OWN.join(", ")}. Of status: ${Object.keys(PROBLEM_CODES).join(", ")}. Of rules lint: ${Object.keys(LINT_CODES).join(", ")}.`;
  static override examples = [
    { description: "This namespace.", command: "<%= config.bin %> doctor" },
    {
      description: "Another one; fail on warnings, too.",
      command: "<%= config.bin %> doctor --netns blue --fail-on warning",
    },
    {
      description: "The lines to paste for the worst.",
      command: "<%= config.bin %> doctor --json | jq -r '.[0].remedy // empty'",
    },
    { description: "A machine that was recorded.", command: "<%= config.bin %> doctor --machine DIR" },
  ];
  static override flags = { ...READ_FLAGS, "fail-on": Flags.string({ ...FAIL_ON, default: "error" }) };

  async run(): Promise<Diagnosis[]> {
    const { flags } = await this.parse(Doctor);
    const diagnoses = await examine(await this.openToRead(flags));
    this.log(renderDiagnoses(diagnoses));
    if (fails(diagnoses, flags["fail-on"])) process.exitCode = 1;
    return diagnoses;
  }

  protected override exitOfFault(): number {
    return 2;
  }
}
