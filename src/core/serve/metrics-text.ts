/** A figure of the service, as Prometheus reads it. */
export interface Metric {
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly about: string;
  readonly values: readonly MetricValue[];
}

interface MetricValue {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The text in which Prometheus is told figures (version 0.0.4 of its exposition format). */
export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ values }) => values.length > 0)
    .map(metricText)
    .join("");
}

function metricText({ name, kind, about, values }: Metric): string {
  const lines = values.map(({ labels = {}, value }) => `${name}${labelsText(labels)} ${value}\n`);
  return `# HELP ${name} ${about}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
