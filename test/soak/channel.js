// How the program that soaks asks those that it forks, and how they answer.
import { fork } from "node:child_process";

/** Answers what is asked: a function for each word, whose value is sent back. */
export function answer(words) {
  process.on("message", ({ number, word, value }) => {
    void Promise.resolve(words[word](value)).then((told) => {
      process.send({ number, told });
      if (word === "end") process.disconnect();
    });
  });
}

/** Starts a program that answers. What it says on its standard error is said. */
export function ask(program, wish) {
  const child = fork(program, [JSON.stringify(wish)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map();
  let asked = 0;
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.on("message", ({ number, told }) => {
    waiting.get(number)?.(told);
    waiting.delete(number);
  });
  return async (word, value) => {
    const number = asked;
    asked += 1;
    const told = new Promise((resolve) => waiting.set(number, resolve));
    child.send({ number, word, value });
    const over = gone.then((code) => {
      throw new Error(`${program} ended with ${code}, and was to answer "${word}"`);
    });
    return await Promise.race([told, over]);
  };
}

/** What a forked program is to do. */
export const wished = () => JSON.parse(process.argv[2]);
