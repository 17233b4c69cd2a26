import { join } from "node:path";
import { Args, Flags } from "@oclif/core";
import { renderLogTests, TEST_FORMATS } from "../../src/cli/log-test-text.ts";
import { NetlogCommand } from "../../src/cli/netlog-command.ts";
import { SOURCE_FLAGS, TESTS, templatePlaces } from "../../src/cli/rules-flags.ts";
import { type LogTestReport, openHost, openTrials, runLogTests } from "../../src/index.ts";

/** Back to the beginning of the line, erase it (ECMA-48: CR, EL). */
const ERASE_LINE = "\r\u001b[K";

export default class RulesTest extends NetlogCommand {
  static override summary = "Send packets through the rules in scratch namespaces, and see what is logged.";
  static override description =
    `A file of log tests names an intent or a ruleset, interfaces, packets, and what is to be logged of them: netlogctl rules init writes one to start from, netlogctl rules schema --tests describes all of it. Each test has a network namespace of its own with those interfaces: the kernel itself takes the rules and the packets, and nothing of this machine is touched. Lines for the kernel log and the audit system are read by a group in their place, so that no privileges are needed where ordinary users may have namespaces. What fails is shown with the rules that each packet matched.

Exits with 0 if all tests pass, 1 if one fails, 2 in trouble.`;
  static override examples = [
    { description: "The tests of this machine's intent.", command: "<%= config.bin %> rules test" },
    {
      description: "Those of a repository, also which log rules they miss.",
      command: "<%= config.bin %> rules test tests/*.yaml --coverage",
    },
    {
      description: "The rules that are live now, by the same tests.",
      command: "<%= config.bin %> rules test netlog.test.yaml -f live",
    },
    {
      description: "For a CI system.",
      command: "<%= config.bin %> rules test netlog.test.yaml --format junit > junit.xml",
    },
  ];
  static override strict = false;
  static override args = {
    tests: Args.string({
      description: 'Files of log tests; "-" is standard input.',
      default: TESTS,
      ignoreStdin: true,
    }),
  };
  static override flags = {
    ...SOURCE_FLAGS,
    file: Flags.string({
      char: "f",
      summary: "Test this instead of what the files name: an intent, a ruleset, or live.",
      helpValue: "SOURCE",
    }),
    name: Flags.string({ summary: "Only tests whose name holds this.", helpValue: "TEXT" }),
    coverage: Flags.boolean({ summary: "Tell which log statements no test reached." }),
    "kernel-log": Flags.boolean({
      summary: "Read lines for the kernel log from it, one test after the other; needs root and nf_log_all_netns.",
    }),
    format: Flags.string({ summary: "The form.", options: [...TEST_FORMATS], default: "text" }),
    jobs: Flags.integer({
      char: "j",
      summary: "How many at once; one for each processor unless said.",
      helpValue: "N",
      min: 1,
    }),
  };

  async run(): Promise<LogTestReport> {
    const { argv, flags } = await this.parse(RulesTest);
    const host = await openHost({ netns: flags.netns });
    const isSerial = flags["kernel-log"];
    const trials = await openTrials(
      join(this.config.root, "dist", "bin", "trial-worker.cjs"),
      isSerial ? 1 : flags.jobs,
    );
    let ended = 0;
    try {
      const report = await runLogTests(host, argv as string[], trials, {
        templates: templatePlaces(flags.templates, this.config.root),
        say: (line) => this.say(line),
        instead: flags.file,
        named: flags.name,
        isCovered: flags.coverage,
        readsKernelLog: flags["kernel-log"],
        onEnd: () => {
          ended += 1;
          if (process.stderr.isTTY) process.stderr.write(`\r${ended} tests`);
        },
      });
      if (process.stderr.isTTY) process.stderr.write(ERASE_LINE);
      this.log(renderLogTests(report, flags.format));
      if (report.failed > 0) process.exitCode = 1;
      return report;
    } finally {
      await trials.close();
    }
  }

  protected override exitOfFault(): number {
    return 2;
  }
}
