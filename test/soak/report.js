// What a soak saw, as text.

const number = (value) => Math.round(value).toLocaleString("en").replaceAll(",", " ");
const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** A page of it: what was wrong on top. */
export function reportText(told) {
  const { minutes, seed, on, problems } = told;
  return [
    `${minutes.toFixed(1)} minutes, seed ${seed}; ${Object.entries(on)
      .map((pair) => pair.join(" "))
      .join(", ")}`,
    problems.length === 0
      ? `Everything was accounted for; ${minutes < 12 ? "descriptors did not grow, memory was not judged" : "neither memory nor descriptors grew"}.`
      : `${problems.length} problems:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
    amounts(told),
    readers(told),
    processes(told),
  ].join("\n\n");
}

function amounts({ sent, counters, figures, ring, churn, told, sizes }) {
  const packets = Object.entries(counters).filter(([name]) => name.startsWith("g"));
  const [, last] = sizes.at(-1);
  const clients = Object.values(told).reduce((sum, { returns = 0 }) => sum + returns, Object.keys(told).length);
  const lines = [
    `packets sent ${number(packets.reduce((sum, [, value]) => sum + value, 0))}, flows ${number(sent.flows)}`,
    `serve: stored ${number(figures['netlogctl_sink_written_total{sink="store"}'])}, told ${number(figures['netlogctl_sink_written_total{sink="bus"}'])}, dropped for the slow ${number(figures['netlogctl_sink_dropped_total{sink="bus"}'])}, cut off ${number(figures.netlogctl_subscribers_cut_total)}, store ${(figures.netlogctl_store_size_bytes / 1048576).toFixed(1)} MiB`,
    `ring: ${number(ring.files)} files of ${number(ring.bytes / 1048576)} MiB, ${number(ring.removed)} seen to go; ${number(ring.packets)} packets, ${number(ring.lost)} lost`,
    `beside: ${Object.entries(churn)
      .map((pair) => pair.join(" "))
      .join(", ")}; subscriptions ${number(clients + (churn.vanish ?? 0))}`,
    `at the end: ${Object.entries(last)
      .map(([path, mib]) => `${path} ${mib.toFixed(1)} MiB`)
      .join(", ")}`,
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

function readers({ told }) {
  const rows = Object.entries(told).map(
    ([name, { lines, groups = {}, flows, dropped = 0, forgotten = 0, cuts = 0, returns = 0 }]) => {
      const sum = (key) => Object.values(groups).reduce((total, group) => total + group[key], 0);
      return [
        name,
        lines,
        sum("told"),
        sum("lost"),
        flows?.lost ?? 0,
        flows?.resyncs ?? 0,
        dropped,
        forgotten,
        cuts,
        returns,
      ].map((cell) => (typeof cell === "number" ? number(cell) : cell));
    },
  );
  return table(
    [
      "reader",
      "events",
      "packets",
      "lost",
      "flow events lost",
      "found by census",
      "dropped, told",
      "not held any more",
      "cut",
      "came back",
    ],
    rows,
  );
}

function processes({ memory, samples, settled }) {
  const rows = Object.entries(memory).map(([name, { first, last, most, settled: level, growth, error }]) => {
    const held = settled.map(([, now]) => now[name]);
    const threads = samples[name].map(([, one]) => one.threads);
    const mib = [first, level, last, most].map((one) => one.toFixed(0));
    const files = `${held[0]} / ${held.at(-1)} / ${Math.max(...held)}`;
    return [
      name,
      ...mib,
      `${growth.toFixed(1)} ± ${error.toFixed(1)}`,
      files,
      `${Math.min(...threads)}-${Math.max(...threads)}`,
    ];
  });
  return table(
    [
      "process",
      "MiB first",
      "settled",
      "last",
      "most",
      "MiB in 10 min, second half",
      "descriptors at rest: first / last / most",
      "threads",
    ],
    rows,
  );
}
