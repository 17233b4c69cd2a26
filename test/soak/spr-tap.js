// Subscribes as clients of SPR's bus do, and counts what it is told by topic.
import { connect } from "node:net";
import { lineCutter } from "./account.js";
import { answer, wished } from "./channel.js";

const { socket: path, start } = wished();
const topics = {};
const wrong = [];
const socket = connect(path);
socket.write(`${JSON.stringify({ topic: `subscribe:${start}`, value: "" })}\n`);
const cut = lineCutter((line) => {
  const { topic, value } = JSON.parse(line);
  if (typeof JSON.parse(value) !== "object") wrong.push(line);
  topics[topic] = (topics[topic] ?? 0) + 1;
});
socket.setEncoding("utf8").on("data", cut);
socket.on("error", ({ message }) => wrong.push(message));
socket.on("close", () => wrong.push("the connection ended"));

const figures = () => ({ topics, wrong: [...wrong], lines: Object.values(topics).reduce((sum, one) => sum + one, 0) });
answer({
  pid: () => process.pid,
  figures,
  hurry: () => {},
  end: () => {
    const told = figures();
    socket.destroy();
    return told;
  },
});
