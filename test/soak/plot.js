// Memory over time, as a picture.
import * as echarts from "echarts";

/** A plot in SVG of what each process took. */
export function plot({ samples, seed }) {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1000, height: 500 });
  chart.setOption({
    animation: false,
    backgroundColor: "#fff",
    title: { text: `MiB of memory by minutes (seed ${seed})` },
    legend: { orient: "vertical", left: 770, top: 60 },
    grid: { top: 70, left: 70, right: 250, bottom: 40 },
    xAxis: { type: "value", name: "min" },
    yAxis: { type: "value", name: "MiB" },
    series: Object.entries(samples).map(([name, points]) => ({
      name,
      type: "line",
      showSymbol: false,
      data: points.map(([minute, { mib }]) => [minute, mib]),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
