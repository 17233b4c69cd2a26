// Subscribes to the log service, and adds up what it is told. It may be slow; it may leave and come back behind the last event
// that it was told; where it is cut off, it does so, too.
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Account, lineCutter } from "./account.js";
import { answer, wished } from "./channel.js";

const { socket: path, pauseMs = 0, isBlocking = false, stayMs = 0, awayMs = 0, numbered, seed = 1 } = wished();
const account = new Account({ numbered });
let isHurried = pauseMs === 0;
let isOver = false;
let cuts = 0;
let returns = 0;
let leave = () => {};
let comeBack = () => {};

/** Connects, and resolves when the connection is over. */
function stay() {
  return new Promise((resolve) => {
    const socket = connect(path);
    const cut = lineCutter((line) => account.take(line));
    const whenSlow = isBlocking ? { "when-slow": "block" } : {};
    socket.write(`${JSON.stringify({ subscribe: ["nft:*", "ct:*"], after: account.cursor, ...whenSlow })}\n`);
    let isLeaving = false;
    socket.setEncoding("utf8").on("data", (text) => {
      if (isLeaving) return;
      cut(text);
      if (isHurried) return;
      socket.pause();
      setTimeout(() => socket.resume(), pauseMs);
    });
    socket.on("error", () => {});
    socket.once("close", () => {
      if (!isLeaving && !isOver) cuts += 1;
      resolve();
    });
    leave = () => {
      isLeaving = true;
      socket.destroy();
    };
    hurry = () => socket.resume();
  });
}
let hurry = () => {};

/** A number below that, the same for the same seed. */
let state = seed;
function any(below) {
  state = (state * 48_271) % 2_147_483_647;
  return state % below;
}

async function live() {
  while (!isOver) {
    const timer = stayMs === 0 ? undefined : setTimeout(() => isHurried || leave(), 500 + any(stayMs));
    await stay();
    clearTimeout(timer);
    returns += 1;
    if (!isOver && !isHurried) {
      await Promise.race([
        pause(any(awayMs + 1)),
        new Promise((resolve) => {
          comeBack = resolve;
        }),
      ]);
    }
    if (cuts > 0 && !isOver) await pause(50);
  }
}
if (stayMs > 0) isHurried = false;
void live();

answer({
  pid: () => process.pid,
  figures: () => ({ ...account.figures, cuts, returns }),
  hurry: (isSo) => {
    isHurried = isSo || (pauseMs === 0 && stayMs === 0);
    hurry();
    comeBack();
  },
  end: () => {
    isOver = true;
    leave();
    return { ...account.figures, cuts, returns };
  },
});
