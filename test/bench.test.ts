import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { growth, isMet, median, ratio, reached, spread } from "../bench/figures.js";
import { betweenMarks, machineText, section } from "../bench/page.js";
import { goalsText, groupTable, growthText, series, table } from "../bench/table.js";
import { ROOT } from "./helpers/cli.ts";

const FIGURES = [
  { key: "wall", title: "wall ms", digits: 1 },
  { key: "memory", title: "MB", digits: 0 },
];
const ROWS = [
  { name: "node", samples: { wall: [10, 20, 30], memory: [40, 40, 40] } },
  { name: "peer", samples: { wall: [20, 40, 80], memory: [10, 10, 10] } },
  { name: "ours", samples: { wall: [30, 60, 90], memory: [50, 50, 52] } },
  { name: "others", missing: "ufw" },
];
const GROUP = {
  title: "a group",
  rounds: 3,
  peer: "node",
  figures: FIGURES,
  ratios: ["wall"],
  rows: ROWS,
  goals: [
    { of: "ours", figure: "wall", most: 2, to: "node" },
    { of: "ours", figure: "wall", most: 1, to: "peer", besides: "node" },
    { of: "ours", figure: "memory", most: 55 },
    { of: "others", figure: "wall", most: 2, to: "node" },
  ],
};
const sized = (n: number, wall: number) => ({
  ...GROUP,
  n,
  goals: [],
  rows: [{ name: "ours", samples: { wall: [wall], cpu: [wall], memory: [1] } }],
});

describe("figures", () => {
  test("the median is one of the samples, whatever their order", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(3);
    expect(median([7])).toBe(7);
  });

  test("the spread is that of the middle half", () => {
    expect(spread([10, 10, 10, 10, 90])).toBe(0);
    expect(spread([8, 11, 12, 10, 9])).toBeCloseTo(0.2);
    expect(spread([0, 0])).toBe(0);
  });

  test("a ratio pairs what ran in the same round, and takes off what goes besides", () => {
    expect(ratio([10, 40, 30], [10, 20, 10])).toBe(2);
    expect(ratio([30, 60, 90], [20, 40, 80], [10, 20, 30])).toBe(1);
  });

  test("a goal is reached or not, and unknown where one of both was not measured", () => {
    expect(GROUP.goals.map((goal) => reached(goal, ROWS))).toEqual([3, 1, 50, undefined]);
    expect(reached({ of: "ours", figure: "wall", to: "others" }, ROWS)).toBeUndefined();
    expect(isMet({ most: 2 }, 2)).toBe(true);
    expect(isMet({ most: 2 }, 2.1)).toBe(false);
    expect(isMet({ most: 0 }, 0)).toBe(true);
    expect(isMet({ least: 12 }, 11.9)).toBe(false);
    expect(isMet({ least: 12 }, undefined)).toBeUndefined();
  });

  test("growth is what the last two sizes say", () => {
    expect(growth([1, 10, 100].map((n) => ({ n, value: n < 10 ? 5 : 3 * n ** 2 })))).toBeCloseTo(2);
  });
});

describe("text", () => {
  test("columns are as wide as their cells", () => {
    expect(table(["what", "ms", "goal"], [["a long name", "5", ""]])).toBe(
      ["| what        |  ms | goal |", "| ----------- | --: | ---- |", "| a long name |   5 |      |"].join("\n"),
    );
  });

  test("a group has a line for each case, also for what is not there", () => {
    expect(groupTable(GROUP).replaceAll(/ +/g, " ").split("\n")).toEqual([
      "| a group, rounds: 3 | wall ms | +- | MB | x node | goal |",
      expect.stringMatching(/^\| -+ \| -+: \| -+: \| -+: \| -+: \| -+ \|$/),
      "| node | 20.0 | 100 % | 40 | 1.00 | |",
      "| peer | 40.0 | 150 % | 10 | 2.00 | |",
      "| ours | 60.0 | 100 % | 50 | 3.00 | <= 2 x: 3.00, NOT met; <= 1 x peer + node: 1.00, met; <= 55 MB: 50.00, met |",
      "| others | | | | | ufw is not there; <= 2 x: not measured |",
    ]);
    expect(goalsText([{ groups: [GROUP] }])).toBe("4 goals: 2 met, 1 not met, 1 not measured");
  });

  test("a case may have a peer of its own, and a peer that is not there gives no ratio", () => {
    const withPeer = (peer: string) => ({
      ...GROUP,
      goals: [],
      rows: [{ ...ROWS[2], peer }, ...ROWS.slice(0, 2), ROWS[3]],
    });
    expect(groupTable(withPeer("peer"))).toMatch(/\| ours .*\| +1\.50 \| +\|/);
    expect(groupTable(withPeer("others"))).toMatch(/\| ours .* 50 \| +\| +\|/);
  });

  test("growth is shown of what has more than one size", () => {
    const groups = [sized(10, 1), sized(100, 10), GROUP];
    expect(series(groups, "wall")).toEqual([
      {
        name: "ours",
        points: [
          { n: 10, value: 1 },
          { n: 100, value: 10 },
        ],
      },
    ]);
    expect(growthText(groups)).toContain("ours 1.00");
    expect(growthText([GROUP])).toBe("");
    expect(section("b", { about: "All of it.", groups }, "plots/b.svg")).toMatch(
      /^### b\n\nAll of it\.\n\n\| a group[\s\S]*ours 1\.00\.\n\n!\[b: growth\]\(plots\/b\.svg\)$/,
    );
  });

  test("machines that are the same are told once", () => {
    const on = { node: "20.20.2", ufw: "not there" };
    const one = { when: "2026-01-01", of: "abc", on };
    expect(machineText({ a: one, b: one, c: { ...one, of: "def" } })).toBe(
      "a, b: 2026-01-01, abc, node 20.20.2, ufw not there.\n\nc: 2026-01-01, def, node 20.20.2, ufw not there.",
    );
  });

  test("only what stands between the marks of a page is replaced", () => {
    const page = "before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n";
    const replaced = betweenMarks(page, "new $1\n");
    expect(replaced).toBe("before\n<!-- results -->\n\nnew $1\n\n<!-- end of results -->\nafter\n");
    expect(betweenMarks(replaced, "new $1")).toBe(replaced);
    expect(() => betweenMarks("no marks", "")).toThrow("<!-- results -->");
    expect(() => betweenMarks("<!-- results -->", "")).toThrow("<!-- end of results -->");
  });
});

describe("npm run bench", () => {
  const bench = (...args: string[]) => execa(process.execPath, [`${ROOT}bench/main.js`, ...args], { reject: false });

  test("--help names all there is", async () => {
    const { exitCode, stdout } = await bench("--help");
    expect(exitCode).toBe(0);
    for (const name of "start status render diff check apply explain rules-test stream store flows capture".split(" "))
      expect(stdout).toMatch(new RegExp(`\\b${name}\\b`));
  });

  test.each([
    [["nothing"], 'there is no benchmark "nothing", only apply, '],
    [["--rounds", "0", "start"], '--rounds is a number from 1, not "0"'],
    [["--rounds"], "--rounds"],
    [["--fast"], "--fast"],
  ])("%s is one sentence on what is wrong", async (args, says) => {
    const { exitCode, stdout, stderr } = await bench(...args);
    expect({ exitCode, stdout, lines: stderr.split("\n").length }).toEqual({ exitCode: 2, stdout: "", lines: 1 });
    expect(stderr).toContain(says);
  });
});
