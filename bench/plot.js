// How times grow with n, as a picture.
import * as echarts from "echarts";
import { series } from "./table.js";

/** A plot in SVG of what each case of a benchmark takes at each size, both in powers of ten; undefined if there is one size. */
export function plot(name, groups) {
  const lines = series(groups, "wall");
  if (lines.length === 0) return undefined;
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 1000, height: 500 });
  chart.setOption({
    animation: false,
    backgroundColor: "#fff",
    title: { text: `${name}: ms by the number of rules` },
    legend: { orient: "vertical", left: 770, top: 60 },
    grid: { top: 70, left: 70, right: 250, bottom: 40 },
    xAxis: { type: "log", name: "n", min: "dataMin", max: "dataMax" },
    yAxis: { type: "log", name: "ms" },
    series: lines.map((line) => ({
      name: line.name,
      type: "line",
      data: line.points.map(({ n, value }) => [n, value]),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
